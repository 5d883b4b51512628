/** Addresses, one a line; empty lines do not matter. */
export function linksOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Why a link cannot be used: a translation key under `tasks:links.problem`. */
export type LinkProblem = "notWeb" | "noName" | "sameName";

/** The first link that cannot be used, and why; or null. The server checks where they lead. */
export function linkProblem(text: string): { problem: LinkProblem; link: string } | null {
  const names = new Set<string>();
  for (const link of linksOf(text)) {
    const url = URL.canParse(link) ? new URL(link) : null;
    if (!url || !/^https?:$/.test(url.protocol)) return { problem: "notWeb", link };
    const name = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    if (!name) return { problem: "noName", link };
    if (names.has(name)) return { problem: "sameName", link };
    names.add(name);
  }
  return null;
}
