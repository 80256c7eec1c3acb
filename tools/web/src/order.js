// Order of cells in a column. Each column is ranked once, when first needed.

const collator = new Intl.Collator("zh-CN", { numeric: true });

function toNumber(text) {
  const digits = text
    .normalize("NFKC")
    .replace(/\u2212/g, "-")
    .replace(/[^\d.-]/g, "");
  return digits === "" ? NaN : Number(digits);
}

function plain(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function orderOf(column, cells) {
  if (column.type === "number" || column.type === "amount") {
    return { key: (cell) => toNumber(cell.s ?? cell.t), compare: (a, b) => a - b };
  }
  const given = cells.filter((cell) => cell.s !== null && cell.s !== "");
  if (given.length > 0) {
    if (given.every((cell) => /^-?\d+(\.\d+)?$/.test(cell.s))) {
      return { key: (cell) => (cell.s ? Number(cell.s) : NaN), compare: (a, b) => a - b };
    }
    return { key: (cell) => cell.s ?? cell.t, compare: plain };
  }
  if (column.type === "date") return { key: (cell) => cell.t, compare: plain };
  return { key: (cell) => cell.t, compare: collator.compare };
}

function isEmpty(key) {
  return key === "" || Number.isNaN(key);
}

/** Rank of each row's cell in the column at `at`; -1 where there is no value. */
export function rankColumn(column, at, rows) {
  const { key, compare } = orderOf(
    column,
    rows.map((row) => row[at]),
  );
  const keys = rows.map((row) => key(row[at]));
  const distinct = [...new Set(keys.filter((value) => !isEmpty(value)))].sort(compare);
  const rankOf = new Map();
  let rank = -1;
  distinct.forEach((value, index) => {
    if (index === 0 || compare(distinct[index - 1], value) !== 0) rank += 1;
    rankOf.set(value, rank);
  });
  return keys.map((value) => rankOf.get(value) ?? -1);
}

/** Comparers for DataTables: empty cells come last in both directions. */
export const rankOrder = {
  asc: (a, b) => (a < 0 ? (b < 0 ? 0 : 1) : b < 0 ? -1 : a - b),
  desc: (a, b) => (a < 0 ? (b < 0 ? 0 : 1) : b < 0 ? -1 : b - a),
};
