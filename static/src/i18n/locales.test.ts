import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LANGUAGES, type Language } from "./language";

const LOCALES = join(import.meta.dirname, "locales");
const SOURCES = join(import.meta.dirname, "..");
const PLURAL = /_(zero|one|two|few|many|other)$/;

type Texts = Map<string, string>;

function flatten(texts: object, prefix: string, into: Texts): Texts {
  for (const [name, value] of Object.entries(texts)) {
    if (typeof value === "string") into.set(prefix + name, value);
    else flatten(value, `${prefix}${name}.`, into);
  }
  return into;
}

/** Every text of a language by `namespace:path.to.key`. */
function textsOf(language: Language): Texts {
  const texts: Texts = new Map();
  for (const file of readdirSync(join(LOCALES, language))) {
    const namespace = file.replace(/\.json$/, "");
    flatten(
      JSON.parse(readFileSync(join(LOCALES, language, file), "utf8")),
      `${namespace}:`,
      texts,
    );
  }
  return texts;
}

const texts = Object.fromEntries(LANGUAGES.map((one) => [one, textsOf(one)])) as Record<
  Language,
  Texts
>;

/** Keys without their plural endings, which differ from language to language. */
function meanings(language: Language): string[] {
  return [...new Set([...texts[language].keys()].map((key) => key.replace(PLURAL, "")))].sort();
}

test("every language says everything that English says, and nothing else", () => {
  for (const language of LANGUAGES) expect(meanings(language)).toEqual(meanings("en"));
});

test("what the server says stays as it is in English, which therefore does not load it", () => {
  const said = [...texts.en].filter(([key]) => /^(messages|reasons):/.test(key));
  expect(said.length).toBeGreaterThan(500);
  for (const [key, text] of said) expect(text).toBe(key.slice(key.indexOf(":") + 1));
});

test("every text that counts has all plural forms of its language", () => {
  for (const language of LANGUAGES) {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = [...texts[language].keys()].filter((key) => PLURAL.test(key));
    const bases = new Set(counted.map((key) => key.replace(PLURAL, "")));
    const wanted = [...bases].flatMap((base) => forms.map((form) => `${base}_${form}`));
    expect(counted.sort(), language).toEqual(wanted.sort());
  }
});

function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort();
}

test("translations have the placeholders of the English text", () => {
  for (const language of LANGUAGES) {
    for (const [key, text] of texts[language]) {
      const english = texts.en.get(key) ?? texts.en.get(key.replace(PLURAL, "_other")) ?? "";
      // A form that stands for one number may say it in words.
      const spoken = placeholders(english).filter((name) => name !== "{{count}}");
      expect(placeholders(text), `${language} ${key}`).toEqual(expect.arrayContaining(spoken));
      expect(placeholders(english), `${language} ${key}`).toEqual(
        expect.arrayContaining(placeholders(text)),
      );
    }
  }
});

test("no text is empty or still in English", () => {
  for (const [key, text] of texts.ru) {
    expect(text.trim(), key).not.toBe("");
    const letters = text.replace(/\{\{\w+\}\}/g, "").match(/\p{L}{4,}/gu) ?? [];
    const russian = letters.filter((word) => /\p{Script=Cyrillic}/u.test(word));
    const names = texts.en.get(key) === text;
    if (letters.length > 0 && !names) expect(russian.length, `${key}: ${text}`).toBeGreaterThan(0);
  }
});

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter(({ name }) => /\.tsx?$/.test(name) && !/\.test\./.test(name))
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** `t("key")` of each file with the namespace that its `useTranslation` names. */
function usedKeys(): { file: string; key: string }[] {
  return sourceFiles(join(SOURCES, "ui")).flatMap((file) => {
    const source = readFileSync(file, "utf8");
    const namespaces = source.matchAll(/useTranslation\((?:"(\w+)")?\)/g);
    const own = [...new Set([...namespaces].map(([, name]) => name ?? "common"))];
    if (own.length !== 1) return [];
    const calls = source.matchAll(/\bt\(\s*"([^"]+)"/g);
    return [...calls].map(([, key = ""]) => ({
      file,
      key: key.includes(":") ? key : `${own[0]}:${key}`,
    }));
  });
}

test("every key that a component names exists", () => {
  const known = new Set([...texts.en.keys()].map((key) => key.replace(PLURAL, "")));
  const contexts = new Set([...known].map((key) => key.replace(/_\w+$/, "")));
  const used = usedKeys();
  expect(used.length).toBeGreaterThan(150);
  const missing = used.filter(({ key }) => !known.has(key) && !contexts.has(key));
  expect(missing).toEqual([]);
});
