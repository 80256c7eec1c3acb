// One register table: load its rows, build the DataTable, wire the controls.

import DataTable from "datatables.net-dt";
import "datatables.net-buttons-dt";
import { csvFileName, csvText } from "./csv.js";
import { cellUrl, loadRows, prefilter } from "./data.js";
import { debounce, el } from "./dom.js";
import { makeFacets, makeFilter } from "./filter.js";
import { rankColumn, rankOrder } from "./order.js";
import { tableState } from "./state.js";
import { pageLanguage, stringsFor } from "./strings.js";
import { ALL_ROWS, DEFAULT_LENGTH, makeToolbar, readLength } from "./toolbar.js";

const LONG_TEXT = 28; // characters; a column with a longer cell wraps
const LONG_LABEL = 20; // characters; a longer heading wraps
const SEARCH_DELAY = 90; // ms

DataTable.ext.errMode = "throw";
DataTable.type("mb-rank", { detect: () => false, order: { pre: (rank) => rank, ...rankOrder } });

function languageFor(strings) {
  return {
    emptyTable: strings.noRows,
    zeroRecords: strings.noMatch,
    aria: {
      orderable: strings.sort,
      orderableReverse: strings.sortReverse,
      orderableRemove: strings.sortRemove,
      paginate: {
        first: strings.firstPage,
        previous: strings.previousPage,
        next: strings.nextPage,
        last: strings.lastPage,
        number: strings.pageNumber,
      },
    },
  };
}

/** The lang attribute that a column's values need on this page, or null. */
function foreignLang(column, language) {
  return column.lang && column.lang.split("-")[0] !== language ? column.lang : null;
}

/** The node shown for a cell: a link to a page of this site, or plain text. */
function cellNode(cell, base) {
  const href = cellUrl(cell, base);
  return href ? el("a", { href }, cell.t) : document.createTextNode(cell.t);
}

function columnClass(column, at, rows) {
  const classes = ["mb-cell", `mb-${column.type}`];
  if (rows.some((row) => row[at].t.length > LONG_TEXT)) classes.push("mb-wrap");
  return classes.join(" ");
}

/** DataTables' own rows are the row numbers; cells, ranks and links are looked up here. */
function dataTableColumns({ columns, rows, url }, language) {
  return columns.map((column, at) => {
    let ranks = null;
    const lang = foreignLang(column, language);
    return {
      data: null,
      type: "mb-rank",
      searchable: false,
      ariaTitle: column.label,
      className: columnClass(column, at, rows),
      render(_data, kind, { index }) {
        if (kind === "display") return cellNode(rows[index][at], url);
        if (kind !== "sort") return "";
        ranks ??= rankColumn(column, at, rows);
        return ranks[index];
      },
      createdCell(td) {
        if (lang) td.lang = lang;
      },
    };
  });
}

function resetTable(table, columns) {
  for (const child of [...table.children]) if (child.tagName !== "CAPTION") child.remove();
  const head = columns.map(({ label }) =>
    el("th", { scope: "col", class: label.length > LONG_LABEL && "mb-long-label" }, label),
  );
  table.append(el("thead", {}, el("tr", {}, ...head)));
}

function readSort(text, columns) {
  const direction = text.startsWith("-") ? "desc" : "asc";
  const at = columns.findIndex(({ key }) => key === text.replace(/^-/, ""));
  return at < 0 ? [] : [[at, direction]];
}

function makeTable(table, data, language, strings, { sort, length }) {
  return new DataTable(table, {
    data: data.rows.map((_, index) => ({ index })),
    columns: dataTableColumns(data, language),
    order: readSort(sort, data.columns),
    orderMulti: false,
    pageLength: length,
    autoWidth: false,
    language: languageFor(strings),
    layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: "paging" },
  });
}

/** The CSV button: the rows that pass the filters, in the order on view. */
function csvButton(api, { columns, rows }, strings, caption) {
  const action = () => {
    const shown = api.rows({ search: "applied", order: "applied" }).data().toArray();
    const text = csvText(
      columns.map(({ label }) => label),
      shown.map(({ index }) => rows[index].map((cell) => cell.t)),
    );
    const blob = new Blob([text], { type: "text/csv;charset=utf-8" });
    DataTable.fileSave(blob, csvFileName(caption || strings.csvName, new Date()), true);
  };
  const buttons = new DataTable.Buttons(api, {
    buttons: [{ text: strings.csv, className: "mb-button mb-csv", action }],
  });
  return buttons.container().get(0);
}

/** The box that the table scrolls in; focusable, so that the arrow keys scroll it. */
function makeScroller(node, label) {
  node.classList.add("mb-scroll");
  node.tabIndex = 0;
  node.setAttribute("role", "region");
  node.setAttribute("aria-label", label);
  return node;
}

/** Print every row that passes the filters, not just the page on view. */
function printAllRows(api) {
  let before = null;
  window.addEventListener("beforeprint", () => {
    if (before) return;
    before = { length: api.page.len(), page: api.page() };
    api.page.len(ALL_ROWS).draw(false);
  });
  window.addEventListener("afterprint", () => {
    if (!before) return;
    const { length, page } = before;
    before = null;
    api.page.len(length).page(page).draw("page");
  });
  return () => before !== null;
}

function build(table, index, data, language) {
  const strings = stringsFor(language);
  const { columns, rows } = data;
  const facets = makeFacets(data);
  const facetKeys = facets.map(({ column }) => column.key);
  const filter = makeFilter(rows, facets);
  const state = tableState(index);
  const facetLang = (column) => foreignLang(column, language);
  const bar = makeToolbar({ facets, strings, facetLang });
  const caption = table.caption?.textContent.trim() ?? "";

  resetTable(table, columns);
  const box = el("div", { class: "mb-box" });
  table.before(box);
  box.append(bar.tools, bar.count, bar.printed, table);

  const stored = state.load(facetKeys);
  const length = readLength(stored.len);
  const api = makeTable(table, data, language, strings, { sort: stored.sort, length });
  const printing = printAllRows(api);
  bar.actions.append(csvButton(api, data, strings, caption));
  const scroller = makeScroller(table.parentElement, caption || strings.tableRegion);

  function showState() {
    box.querySelector(".dt-paging nav")?.setAttribute("aria-label", strings.pages);
    const info = api.page.info();
    const q = bar.search.value;
    bar.showCount({
      shown: info.recordsDisplay, total: rows.length, from: info.start + 1, to: info.end, q,
    });
    if (printing()) return;
    const [order] = api.order();
    const chosen = facets.filter((facet) => facet.chosen >= 0);
    state.save(
      {
        q: q.trim(),
        sort: order?.[1] ? (order[1] === "desc" ? "-" : "") + columns[order[0]].key : "",
        page: info.page > 0 ? String(info.page + 1) : "",
        len: info.length === ALL_ROWS ? "all" : info.length === DEFAULT_LENGTH ? "" : String(info.length),
        facets: new Map(chosen.map((facet) => [facet.column.key, facet.values[facet.chosen]])),
      },
      facetKeys,
    );
  }

  function refilter() {
    bar.showFacets(filter.run(bar.search.value).counts);
    api.draw();
    scroller.scrollTop = 0;
  }

  function restore({ q, page, facets: chosen }) {
    bar.search.value = q;
    bar.length.value = String(api.page.len());
    for (const facet of facets) {
      const value = chosen.get(facet.column.key);
      facet.chosen = value === undefined ? -1 : facet.values.indexOf(value);
    }
    bar.showFacets(filter.run(q).counts);
    api.draw();
    const wanted = Number.parseInt(page, 10) - 1;
    if (wanted > 0 && wanted < api.page.info().pages) api.page(wanted).draw("page");
  }

  api.search.fixed("mb", (_text, row) => filter.pass[row.index] === 1);
  restore(stored);
  api.on("draw", showState);
  api.on("page", () => (scroller.scrollTop = 0));
  showState();

  const searchSoon = debounce(refilter, SEARCH_DELAY);
  bar.search.addEventListener("input", searchSoon);
  bar.search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) searchSoon.flush();
  });
  bar.selects.forEach((select, at) =>
    select.addEventListener("change", () => {
      facets[at].chosen = select.value === "" ? -1 : Number(select.value);
      refilter();
    }),
  );
  bar.length.addEventListener("change", () => api.page.len(Number(bar.length.value)).draw());
  bar.clear.addEventListener("click", () => {
    bar.search.value = "";
    for (const facet of facets) facet.chosen = -1;
    refilter();
    bar.search.focus();
  });
  window.addEventListener("hashchange", () => {
    if (!location.hash.includes("=") || !table.isConnected) return;
    const wanted = state.load(facetKeys);
    api.page.len(readLength(wanted.len)).order(readSort(wanted.sort, columns));
    restore(wanted);
  });
}

/** Make a table[data-rows] live; the index tells several tables of one page apart. */
export async function startRegister(table, index) {
  const language = pageLanguage();
  const strings = stringsFor(language);
  table.classList.add("mb-register");
  // Material wraps a table that had no class in a scroller of its own.
  table.closest(".md-typeset__scrollwrap")?.replaceWith(table);
  const loading = el("p", { class: "mb-message", role: "status" }, strings.loading);
  table.before(loading);
  try {
    const data = prefilter(await loadRows(table.dataset.rows), table.dataset.filter);
    build(table, index, data, language);
  } catch (error) {
    console.error("mingbu:", error);
    table.before(el("p", { class: "mb-message mb-error", role: "alert" }, strings.loadError));
  } finally {
    loading.remove();
  }
}
