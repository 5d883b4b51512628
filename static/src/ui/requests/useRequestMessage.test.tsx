import { renderHook } from "@testing-library/react";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTranslation, switchLanguage } from "../../i18n/i18n";
import { isCancelled, useRequestMessage } from "./useRequestMessage";

beforeAll(async () => {
  await startTranslation("ru");
});
afterAll(() => switchLanguage("en"));

function said(message: string): string {
  return renderHook(() => useRequestMessage()).result.current({ message });
}

test.each([
  ["Imported 1,205 objects on 3 frames.", "Импортировано: 1 205 объектов, 3 кадра"],
  [
    "Exported 2 objects on 1 frame; 1 changed, 4 left out.",
    "Экспортировано: 2 объекта, 1 кадр; пропущено: 4",
  ],
  ["Files are being written", "Файлы записываются"],
  ["cats.zip/a.txt, line 3: is empty", "cats.zip/a.txt, строка 3: файл пуст"],
  [
    "a.zip/faces.csv, line 7: a line has 6 fields, not 4",
    "a.zip/faces.csv, строка 7: в строке полей 6, а здесь их 4",
  ],
  [
    "The annotations could not be imported: a.json, objects[3]: a bitmap that is no PNG (is cut off)",
    "Разметку не удалось импортировать: a.json, objects[3]: битовая карта не в формате PNG (файл обрывается)",
  ],
  [
    "b.json: is not a LabelMe file: Expected `float`, got `str` - at `$.shapes[0].points`",
    "b.json: это не файл LabelMe: в `$.shapes[0].points` нужно `float`, а здесь `str`",
  ],
  [
    "The backup holds 12 objects. It is in the cloud storage as a.zip.",
    "Объектов в резервной копии: 12. Она в облачном хранилище под именем a.zip.",
  ],
  [
    "Restored a task with 5 objects. Left out: 2 × annotation has no area.",
    "Восстановлена задача, объектов в ней: 5. Не всё удалось перенести, см. отчёт.",
  ],
  ["", ""],
])("%j is said as %j", (message, russian) => {
  expect(said(message).replaceAll("\u00A0", " ")).toBe(russian);
});

test("only what someone has stopped counts as cancelled", () => {
  expect(isCancelled({ status: "failed", message: "Cancelled by the user." })).toBe(true);
  expect(isCancelled({ status: "failed", message: "It broke." })).toBe(false);
  expect(isCancelled({ status: "started", message: "Cancelled by the user." })).toBe(false);
});
