import { describe, expect, it } from "vitest";

/** From the ground up: a layer may import those before it and its own. */
const LAYERS = [
  ["geometry"],
  ["document"],
  ["history"],
  ["tools", "render", "media"],
  ["io"],
  ["actions"],
  ["ui"],
];
/** The way to the server, for those that talk to it. */
const OUTSIDE = new Set(["api", "i18n", "theme"]);

const sources = import.meta.glob<string>(
  "../{geometry,document,history,tools,render,media,io,actions}/**/*.ts",
  {
    query: "?raw",
    import: "default",
    eager: true,
  },
);

const levelOf = (folder: string) => LAYERS.findIndex((layer) => layer.includes(folder));

describe("layers", () => {
  it("depend one way only", () => {
    const wrong: string[] = [];
    for (const [path, text] of Object.entries(sources)) {
      if (path.endsWith(".test.ts")) continue;
      const folder = path.startsWith("./") ? "document" : (path.split("/")[1] as string);
      for (const [, to = ""] of text.matchAll(/from "\.\.\/([\w-]+)\//g)) {
        const allowed = OUTSIDE.has(to)
          ? levelOf(folder) >= levelOf("io")
          : levelOf(to) <= levelOf(folder);
        if (!allowed) wrong.push(`${path} imports ${to}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(Object.keys(sources).length).toBeGreaterThan(50);
  });
});
