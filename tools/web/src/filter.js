// Which rows pass the search and the facet filters, and how many each choice would leave.

import { haystack, searchWords } from "./data.js";
import { rankColumn } from "./order.js";

/** Facets worth offering: marked in the rows file and with more than one value. */
export function makeFacets({ columns, rows }) {
  return columns.flatMap((column, at) => {
    if (!column.facet) return [];
    const ranks = rankColumn(column, at, rows);
    const rankOf = new Map();
    rows.forEach((row, index) => {
      if (!rankOf.has(row[at].t)) rankOf.set(row[at].t, ranks[index]);
    });
    const last = (value) => (value === "" ? 2 : rankOf.get(value) < 0 ? 1 : 0);
    const values = [...rankOf.keys()].sort(
      (a, b) => last(a) - last(b) || rankOf.get(a) - rankOf.get(b),
    );
    if (values.length < 2) return [];
    const indexOf = new Map(values.map((value, index) => [value, index]));
    return [{ column, values, of: rows.map((row) => indexOf.get(row[at].t)), chosen: -1 }];
  });
}

/** A filter over the rows; `run(text)` gives the passing rows and the facets' counts. */
export function makeFilter(rows, facets) {
  let haystacks = null;
  const pass = new Uint8Array(rows.length).fill(1);

  function matches(words, index) {
    if (words.length === 0) return true;
    haystacks ??= rows.map(haystack);
    return words.every((word) => haystacks[index].includes(word));
  }

  function run(text) {
    const words = searchWords(text);
    const counts = facets.map((facet) => new Array(facet.values.length).fill(0));
    let shown = 0;
    for (let index = 0; index < rows.length; index += 1) {
      pass[index] = 0;
      if (!matches(words, index)) continue;
      // A row that fails one facet only still counts for that facet's other choices.
      let failed = -1;
      let failures = 0;
      facets.forEach((facet, at) => {
        if (facet.chosen >= 0 && facet.chosen !== facet.of[index]) {
          failures += 1;
          failed = at;
        }
      });
      if (failures === 0) {
        pass[index] = 1;
        shown += 1;
        facets.forEach((facet, at) => (counts[at][facet.of[index]] += 1));
      } else if (failures === 1) {
        counts[failed][facets[failed].of[index]] += 1;
      }
    }
    return { shown, counts };
  }

  return { pass, run };
}
