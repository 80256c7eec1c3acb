// The controls above a register table: search, facets, page length, clear, count.

import { el } from "./dom.js";

const LENGTHS = [25, 50, 100, 200];
export const DEFAULT_LENGTH = 50;
export const ALL_ROWS = -1;

function field(label, control, extra = "") {
  return el("label", { class: `mb-field ${extra}`.trim() }, el("span", {}, label), control);
}

function option(value, text, lang = null) {
  return el("option", { value, lang }, text);
}

function facetField(facet, strings, lang) {
  const select = el("select", {}, option("", strings.all));
  facet.values.forEach((value, index) => {
    select.append(option(String(index), value || strings.blank, value ? lang : null));
  });
  return { select, node: field(facet.column.label, select) };
}

/** A page length from the URL fragment, or the usual one. */
export function readLength(text) {
  if (text === "all") return ALL_ROWS;
  return LENGTHS.includes(Number(text)) ? Number(text) : DEFAULT_LENGTH;
}

/** Build the controls; `facetLang(column)` gives the lang that a facet's values need. */
export function makeToolbar({ facets, strings, facetLang }) {
  const search = el("input", {
    type: "search",
    class: "mb-search",
    placeholder: strings.searchHint,
    autocomplete: "off",
    spellcheck: "false",
  });
  const selects = facets.map((facet) => facetField(facet, strings, facetLang(facet.column)));
  const length = el(
    "select",
    { class: "mb-length" },
    ...LENGTHS.map((value) => option(String(value), strings.number(value))),
    option(String(ALL_ROWS), strings.pageLengthAll),
  );
  const clear = el("button", { type: "button", class: "mb-button mb-clear" }, strings.clear);
  const actions = el("div", { class: "mb-actions" }, field(strings.pageLength, length), clear);
  const tools = el(
    "div",
    { class: "mb-tools", role: "search", "aria-label": strings.tools },
    field(strings.search, search, "mb-field-search"),
    ...selects.map(({ node }) => node),
    actions,
  );
  const count = el("p", { class: "mb-count", role: "status", "aria-live": "polite" });
  const printed = el("p", { class: "mb-printed" });

  /** Show the facets' choices and, beside each, how many rows it would leave. */
  function showFacets(counts) {
    facets.forEach((facet, at) => {
      const { select } = selects[at];
      select.value = facet.chosen < 0 ? "" : String(facet.chosen);
      select.classList.toggle("mb-chosen", facet.chosen >= 0);
      facet.values.forEach((value, index) => {
        const choice = select.options[index + 1];
        const left = counts[at][index];
        choice.textContent = `${value || strings.blank} (${strings.number(left)})`;
        choice.disabled = left === 0 && facet.chosen !== index;
      });
    });
  }

  /** Show how many rows there are, which are on view, and (in print) why. */
  function showCount({ shown, total, from, to, q }) {
    const range = shown > 0 && to - from + 1 < shown ? strings.fill("countRange", { from, to }) : "";
    const text = strings.fill(shown === total ? "countAll" : "countSome", { shown, total }) + range;
    if (count.textContent !== text) count.textContent = text;
    const reasons = facets
      .filter((facet) => facet.chosen >= 0)
      .map((facet) => [facet.column.label, facet.values[facet.chosen] || strings.blank]);
    if (q.trim()) reasons.unshift([strings.search, q.trim()]);
    printed.textContent = reasons.length
      ? strings.printFilters +
        reasons.map((reason) => reason.join(strings.labelSeparator)).join(strings.listSeparator)
      : "";
    clear.disabled = reasons.length === 0;
  }

  return {
    tools, actions, count, printed, search, length, clear,
    selects: selects.map(({ select }) => select),
    showFacets, showCount,
  };
}
