import { expect, test } from "vitest";
import { translated } from "./requestMessage";

const SENTENCES = {
  "is empty": "пуст",
  "{{file}}: {{trouble}}": "{{file}} — {{trouble}}",
  "{{file}}: has no {{kind}} file in it": "{{file}}: в нём нет файла {{kind}}",
  "The job has been deleted.": "Задание удалено.",
  "The import failed: {{cause}}": "Импорт не удался: {{cause}}",
  "{{count}} of (about) {{all}}?": "{{count}} из {{all}}",
};

test.each([
  ["The job has been deleted.", "Задание удалено."],
  ["cats.zip: is empty", "cats.zip — пуст"],
  ["b.zip: has no .json file in it", "b.zip: в нём нет файла .json"],
  ["The import failed: cats.zip: is empty", "Импорт не удался: cats.zip — пуст"],
  ["3 of (about) 5?", "3 из 5"],
  ["cats.zip: \n line", "cats.zip — \n line"],
  ["Nobody knows this.", "Nobody knows this."],
  ["", ""],
])("%j becomes %j", (message, translation) => {
  expect(translated(message, SENTENCES)).toBe(translation);
});
