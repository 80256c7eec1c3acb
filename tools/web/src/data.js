// Reading and checking a rows file (schema "mingbu/rows/1").

import { relativeUrl, sameSiteUrl } from "./dom.js";

const SCHEMA = "mingbu/rows/1";
const TYPES = new Set(["text", "number", "amount", "date", "code"]);

/** Text folded for matching: case and full-width forms do not count. */
export function fold(text) {
  return text.normalize("NFKC").toLowerCase();
}

function readColumn(column) {
  if (typeof column?.key !== "string") throw new Error("a column has no key");
  return {
    key: column.key,
    label: String(column.label ?? column.key),
    type: TYPES.has(column.type) ? column.type : "text",
    facet: column.facet === true,
    lang: typeof column.lang === "string" && column.lang ? column.lang : null,
  };
}

function optionalText(value) {
  return value === undefined || value === null ? null : String(value);
}

function readCell(cell) {
  if (cell === null || cell === undefined) return { t: "", s: null, u: null, q: null };
  if (typeof cell !== "object") return { t: String(cell), s: null, u: null, q: null };
  return {
    t: String(cell.t ?? ""),
    s: optionalText(cell.s),
    u: optionalText(cell.u),
    q: optionalText(cell.q),
  };
}

/** Fetch a rows file of this site; throws when it is missing or not as agreed. */
export async function loadRows(reference) {
  const url = sameSiteUrl(reference, document.baseURI);
  if (!url) throw new Error("the rows file must be on this site");
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`rows file: HTTP ${response.status}`);
  const body = await response.json();
  if (body?.schema !== SCHEMA) throw new Error(`rows file: not ${SCHEMA}`);
  if (!Array.isArray(body.columns) || !Array.isArray(body.rows)) {
    throw new Error("rows file: columns or rows missing");
  }
  const columns = body.columns.map(readColumn);
  if (columns.length === 0) throw new Error("rows file: no columns");
  const rows = body.rows.map((row) => columns.map((_, at) => readCell(row?.[at])));
  return { url, columns, rows };
}

/** The address of a cell's record, resolved against the rows file, or null. */
export function cellUrl(cell, base) {
  return cell.u ? relativeUrl(cell.u, base) : null;
}

/** All that a search can match in a row: shown text and hidden words, folded. */
export function haystack(row) {
  return fold(row.map((cell) => (cell.q ? `${cell.t}\n${cell.q}` : cell.t)).join("\n"));
}

/** The words of a search; a row matches when it holds all of them. */
export function searchWords(text) {
  return fold(text).split(/\s+/).filter(Boolean);
}

/** Rows kept by a table's data-filter attribute: one condition or a list of them. */
export function prefilter(data, attribute) {
  if (!attribute) return data;
  const conditions = [JSON.parse(attribute)].flat();
  const tests = conditions.map(({ column, value }) => {
    const at = data.columns.findIndex(({ key }) => key === column);
    if (at < 0) throw new Error(`data-filter: no column ${column}`);
    const wanted = String(value);
    return (row) => row[at].t === wanted || row[at].s === wanted;
  });
  return { ...data, rows: data.rows.filter((row) => tests.every((test) => test(row))) };
}
