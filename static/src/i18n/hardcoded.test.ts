import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const UI = join(import.meta.dirname, "..", "ui");

/** Attributes whose text people see or hear. */
const VISIBLE = new Set(
  "label title placeholder description alt aria-label text confirmLabel nothingFoundMessage".split(
    " ",
  ),
);
const WORDS = /\p{L}{2,}/u;
/** Names of keys, the same on every keyboard, and what stands for an image's dimensions. */
const KEY_NAMES = /^(Alt|Ctrl|Shift|Enter|Esc|Space|Del|Tab)\b/;

function components(): string[] {
  return readdirSync(UI, { withFileTypes: true, recursive: true })
    .filter(({ name }) => name.endsWith(".tsx") && !name.includes(".test."))
    .map(({ parentPath, name }) => join(parentPath, name));
}

function visibleText(node: ts.Node): string | null {
  if (ts.isJsxText(node)) return node.text.trim();
  const literal = (value: ts.Node | undefined) =>
    value && ts.isStringLiteralLike(value) ? value.text : null;
  if (ts.isJsxExpression(node) && ts.isJsxElement(node.parent)) return literal(node.expression);
  if (!ts.isJsxAttribute(node) || !VISIBLE.has(node.name.getText())) return null;
  const value = node.initializer;
  return literal(value && ts.isJsxExpression(value) ? value.expression : value);
}

function hardCoded(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    const text = visibleText(node);
    if (text && WORDS.test(text) && !KEY_NAMES.test(text)) {
      found.push(`${relative(UI, file)}: ${text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test("no component shows a text that is not in the dictionaries", () => {
  const files = components();
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap(hardCoded)).toEqual([]);
});
