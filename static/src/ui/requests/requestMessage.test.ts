import { expect, test } from "vitest";
import { translated } from "./requestMessage";

const SENTENCES = {
  "is empty": "пуст",
  "{{file}}: {{trouble}}": "{{file}} — {{trouble}}",
  "{{file}}: has no {{kind}} file in it": "{{file}}: в нём нет файла {{kind}}",
  "The job has been deleted.": "Задание удалено.",
  "The import failed: {{cause}}": "Импорт не удался: {{cause}}",
  "{{count}} of (about) {{all}}?": "{{count}} из {{all}}",
  "{{element}} has no {{name}}": "у {{element}} нет {{name}}",
  "is no list: it has no {{name}}": "не список: нет {{name}}",
  "{{file}}, {{place}}": "{{file}}, {{place}}",
  "row {{number}}": "строка {{number}}",
};

test.each([
  ["The job has been deleted.", "Задание удалено."],
  ["cats.zip: is empty", "cats.zip — пуст"],
  ["b.zip: has no .json file in it", "b.zip: в нём нет файла .json"],
  ["The import failed: cats.zip: is empty", "Импорт не удался: cats.zip — пуст"],
  ["3 of (about) 5?", "3 из 5"],
  ["cats.zip: \n line", "cats.zip — \n line"],
  ["cats.zip: is no list: it has no end", "cats.zip — не список: нет end"],
  ["cats.zip: box has no end", "cats.zip — у box нет end"],
  ["The import failed: a, b.csv, row 3: is empty", "Импорт не удался: a, b.csv, строка 3 — пуст"],
  ["Nobody knows this.", "Nobody knows this."],
  ["", ""],
])("%j becomes %j", (message, translation) => {
  expect(translated(message, SENTENCES)).toBe(translation);
});
