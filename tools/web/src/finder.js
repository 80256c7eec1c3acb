// "Find a customer": an input with a list of matching records (ARIA combobox).

import { cellUrl, fold, haystack, loadRows, searchWords } from "./data.js";
import { el } from "./dom.js";
import { pageLanguage, stringsFor } from "./strings.js";

const MOST = 12;

/** What the list needs of each row that has a record to go to. */
function records({ columns, rows, url }) {
  return rows.flatMap((row) => {
    const linked = row.find((cell) => cellUrl(cell, url));
    if (!linked) return [];
    const [first, second] = row;
    return [{
      href: cellUrl(linked, url),
      name: first.t,
      detail: second?.t ?? "",
      langs: [columns[0].lang, columns[1]?.lang ?? null],
      names: fold(`${first.t}\n${first.q ?? ""}\n${second?.t ?? ""}\n${second?.q ?? ""}`).split(/[\s\p{P}]+/u),
      start: fold(first.t),
      all: haystack(row),
    }];
  });
}

/** How well a record matches: lower is better, -1 not at all. */
function grade(record, words) {
  if (!words.every((word) => record.all.includes(word))) return -1;
  const [word] = words;
  if (record.start === word) return 0;
  if (record.start.startsWith(word)) return 1;
  if (record.names.some((name) => name === word)) return 2;
  if (record.names.some((name) => name.startsWith(word))) return 3;
  return record.start.includes(word) ? 4 : 5;
}

function findBest(all, words) {
  const graded = all
    .map((record) => ({ record, at: grade(record, words) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return { best: graded.slice(0, MOST).map(({ record }) => record), more: graded.length > MOST };
}

/** Make an input[data-find] live; the index keeps ids apart. */
export function startFinder(input, index) {
  const language = pageLanguage();
  const strings = stringsFor(language);
  const id = `mb-find-${index}`;
  const list = el("ul", { class: "mb-options", id, role: "listbox", "aria-label": strings.findResults, hidden: true });
  const status = el("p", { class: "mb-find-status", role: "status", "aria-live": "polite" });
  const box = el("div", { class: "mb-find" });
  let loaded = null;
  let ask = 0;
  let active = -1;

  input.before(box);
  box.append(input, list, status);
  if (!input.labels?.length && !input.hasAttribute("aria-label") && !input.hasAttribute("aria-labelledby")) {
    input.setAttribute("aria-label", strings.find);
  }
  if (!input.placeholder) input.placeholder = strings.findHint;
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false",
  })) input.setAttribute(name, value);

  const options = () => [...list.querySelectorAll("[role=option]")];
  const otherLang = (lang) => (lang && lang.split("-")[0] !== language ? lang : null);

  function open(shown) {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) activate(-1);
  }

  function activate(at) {
    active = at;
    options().forEach((node, i) => node.setAttribute("aria-selected", String(i === at)));
    const node = options()[at];
    if (node) {
      input.setAttribute("aria-activedescendant", node.id);
      node.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function show({ best, more }) {
    const items = best.map((record, i) => {
      const parts = [el("span", { class: "mb-option-name", lang: otherLang(record.langs[0]) }, record.name)];
      if (record.detail) {
        parts.push(" ", el("span", { class: "mb-option-detail", lang: otherLang(record.langs[1]) }, record.detail));
      }
      const link = el(
        "a",
        { id: `${id}-${i}`, role: "option", "aria-selected": "false", tabindex: "-1", href: record.href },
        ...parts,
      );
      return el("li", { role: "none" }, link);
    });
    list.replaceChildren(...items);
    active = -1;
    open(items.length > 0);
    status.classList.toggle("mb-quiet", items.length > 0);
    status.textContent = items.length
      ? strings.fill(more ? "findMore" : "findCount", { shown: items.length })
      : strings.findNone;
  }

  async function update() {
    const mine = (ask += 1);
    const words = searchWords(input.value);
    if (words.length === 0) {
      status.textContent = "";
      list.replaceChildren();
      open(false);
      return;
    }
    try {
      if (!loaded) {
        status.classList.remove("mb-quiet");
        status.textContent = strings.loading;
        loaded = loadRows(input.dataset.find).then(records);
      }
      const all = await loaded;
      box.querySelector(".mb-error")?.remove();
      if (mine === ask) show(findBest(all, words));
    } catch (error) {
      console.error("mingbu:", error);
      loaded = null;
      open(false);
      status.textContent = "";
      box.querySelector(".mb-error")?.remove();
      box.append(el("p", { class: "mb-message mb-error", role: "alert" }, strings.loadError));
    }
  }

  function move(step) {
    const { length } = options();
    if (length === 0) return;
    if (list.hidden) open(true);
    const next = active + step;
    activate(next < 0 ? length - 1 : next >= length ? 0 : next);
  }

  input.addEventListener("input", update);
  input.addEventListener("focus", () => options().length > 0 && open(true));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(active < 0 ? 0 : -1);
    else if (event.key === "Escape" && !list.hidden) open(false);
    else if (event.key === "Enter" && !list.hidden) options()[Math.max(active, 0)]?.click();
    else return;
    event.preventDefault();
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) open(false);
  });
}
