import { SHAPES, type Statistics } from "../../api/statistics";

/** So that programs for tables show letters other than Latin ones as they are. */
const BYTE_ORDER_MARK = "\uFEFF";

/** A field of RFC 4180; a text that a program for tables would run as a formula is quoted. */
function field(value: string | number): string {
  if (typeof value === "number") return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const MEASURES = [
  "tag",
  ...SHAPES,
  ...SHAPES.map((shape) => `track_${shape}` as const),
  "keyframes",
  "interpolated",
  "objects",
] as const;

/** Labels by kind of object as CSV; the names of columns are the API's, whatever the language. */
export function statisticsCsv(labels: Statistics["labels"]): string {
  const sum = (name: (typeof MEASURES)[number]) =>
    labels.reduce((total, label) => total + label[name], 0);
  const rows = [
    ["label_id", "label", ...MEASURES],
    ...labels.map((label) => [
      label.label_id,
      label.name,
      ...MEASURES.map((measure) => label[measure]),
    ]),
    ["", "total", ...MEASURES.map(sum)],
  ];
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** Lets the browser save a text as a file. */
export function saveCsv(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
