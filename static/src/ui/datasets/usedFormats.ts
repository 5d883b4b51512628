/** Formats that were used last in a browser, latest first. */

export type Direction = "export" | "import";

const MOST = 3;

function storageKey(direction: Direction): string {
  return `skylabel.formats.${direction}`;
}

export function usedFormats(direction: Direction): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey(direction)) ?? "[]");
    return Array.isArray(stored) ? stored.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}

export function rememberFormat(direction: Direction, name: string): void {
  const others = usedFormats(direction).filter((other) => other !== name);
  localStorage.setItem(storageKey(direction), JSON.stringify([name, ...others].slice(0, MOST)));
}
