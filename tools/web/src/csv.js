// CSV for spreadsheets: UTF-8 with BOM, and no cell that a spreadsheet runs as a formula.

const BOM = "\uFEFF";

function field(text) {
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** The text of a CSV file with a header line. */
export function csvText(labels, rows) {
  const lines = [labels, ...rows].map((cells) => cells.map(field).join(","));
  return `${BOM}${lines.join("\r\n")}\r\n`;
}

/** A file name from a caption and a day, without signs that file systems refuse. */
export function csvFileName(caption, day) {
  const name = caption.replace(/[\p{Cc}\\/:*?"<>|]+/gu, " ").trim().slice(0, 60);
  const iso = [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  return `${name}-${iso}.csv`;
}
