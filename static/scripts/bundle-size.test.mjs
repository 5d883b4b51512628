// @vitest-environment node
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Kilobytes of gzipped JavaScript: what must arrive before something can be done. */
const BUDGET = { "before the first page": 240, "the editor on top of that": 120 };

const directory = mkdtempSync(join(tmpdir(), "skylabel-bundle-"));
let manifest;

beforeAll(() => {
  const root = join(import.meta.dirname, "..");
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  // In a process of its own: here NODE_ENV is "test", which would bundle React for development.
  execFileSync(process.execPath, [vite, "build", "--outDir", directory, "--emptyOutDir"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production" },
    stdio: "pipe",
  });
  manifest = JSON.parse(readFileSync(join(directory, ".vite", "manifest.json"), "utf8"));
}, 60_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A chunk and everything that it imports before it runs. */
function withImports(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key].imports ?? []) withImports(imported, seen);
  return seen;
}

function kilobytes(keys) {
  const sizes = [...keys].map((key) => gzipSync(readFileSync(join(directory, manifest[key].file))));
  return sizes.reduce((sum, { length }) => sum + length, 0) / 1000;
}

test("the application stays within its budget", () => {
  const first = withImports("index.html");
  withImports("src/i18n/locales/en.ts", first);
  const editor = [...withImports("src/ui/app/JobRoute.tsx")].filter((key) => !first.has(key));
  const sizes = {
    "before the first page": kilobytes(first),
    "the editor on top of that": kilobytes(editor),
  };
  process.stdout.write(`gzipped JavaScript, kB: ${JSON.stringify(sizes)}\n`);
  for (const [name, budget] of Object.entries(BUDGET)) {
    expect(sizes[name], name).toBeLessThan(budget);
    expect(sizes[name], `${name}: lower the budget`).toBeGreaterThan(budget * 0.7);
  }
});
