// Annotating with the keys of CVAT, on an English and on a Russian keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, signIn } from "./browser.mjs";
import {
  clickImage,
  drawRectangle,
  expectRecords,
  photograph,
  records,
  saved,
  shown,
} from "./editor.mjs";
import { photographs } from "./media.mjs";
import { createTask, openJob } from "./tasks.mjs";

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
  const labels = ["cat", "cup"];
  const taskId = await createTask(page, { name: "By keys", labels, files: photographs });
  await openJob(page, taskId);
});
after(() => browser.close());

/** What a keyboard with the Russian layout sends for the key that is F on the English one. */
async function pressRussian(key, code) {
  await page.evaluate(
    ([pressed, at]) => {
      const init = { key: pressed, code: at, bubbles: true, cancelable: true };
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", init));
    },
    [key, code],
  );
}

test("N draws and finishes; undo and redo go through what was done", async () => {
  await page.keyboard.press("n");
  await page.waitForFunction(() => window.__editor.tool() === "rectangle");
  await photograph(page, "keyboard-drawing");
  await drawRectangle(page, [40, 30], [200, 180]);
  await expectRecords(page, 1);
  await page.keyboard.press("Control+z");
  await expectRecords(page, 0);
  await page.keyboard.press("Control+y");
  await expectRecords(page, 1);
});

test("Esc ends drawing wherever the pointer rests, a tooltip shown or not", async () => {
  await page.keyboard.press("n");
  await page.waitForFunction(() => window.__editor.tool() === "rectangle");
  await page.getByRole("button", { name: "Polygon", exact: true }).hover();
  await page.getByRole("tooltip").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => window.__editor.tool() === "select");
});

test("F and D step, V and C leap, and stop at the ends", async () => {
  await page.keyboard.press("f");
  await shown(page, 1);
  await page.keyboard.press("d");
  await shown(page, 0);
  await page.keyboard.press("v");
  await shown(page, 3);
  await page.keyboard.press("f");
  await page.keyboard.press("c");
  await shown(page, 0);
});

test("arrows go to the annotated frames only", async () => {
  await page.keyboard.press("End");
  await shown(page, 3);
  await page.keyboard.press("ArrowLeft");
  await shown(page, 0);
});

test("an object is copied to another frame", async () => {
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => window.__editor.selection().length === 1);
  await page.keyboard.press("Control+c");
  await page.keyboard.press("f");
  await shown(page, 1);
  await page.keyboard.press("Control+v");
  await expectRecords(page, 2);
  const [first, second] = await records(page);
  assert.equal(second.frame, 1);
  assert.deepEqual(second.points, first.points);
  assert.deepEqual(second.attributes, first.attributes);
});

test("Ctrl with a number changes the label, Q the occlusion, Delete removes", async () => {
  const [before] = (await records(page)).slice(-1);
  await page.keyboard.press("Control+2");
  await page.keyboard.press("q");
  await page.waitForFunction(() => window.__editor.records().at(-1).occluded);
  const [after] = (await records(page)).slice(-1);
  assert.notEqual(after.labelId, before.labelId);
  await page.keyboard.press("Delete");
  await expectRecords(page, 1);
  await saved(page);
});

test("an outline takes back its last point, and Escape leaves it", async () => {
  await page.keyboard.press("Alt+3");
  for (const point of [
    [50, 50],
    [150, 60],
    [160, 150],
    [20, 20],
  ]) {
    await clickImage(page, point);
  }
  await page.keyboard.press("Backspace");
  await page.keyboard.press("n");
  await expectRecords(page, 2);
  assert.equal((await records(page)).at(-1).points.length, 6);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => window.__editor.tool() === "select");
});

test("the same keys work on a Russian keyboard", async () => {
  await pressRussian("а", "KeyF");
  await shown(page, 2);
  await pressRussian("в", "KeyD");
  await shown(page, 1);
  await pressRussian("т", "KeyN");
  await page.waitForFunction(() => window.__editor.tool() === "polygon");
  await pressRussian("Escape", "Escape");
});

test("F1 lists every shortcut", async () => {
  await page.keyboard.press("F1");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  for (const text of ["Next keyframe", "Label: cup", "Rotate by steps of 15°"]) {
    await help.getByText(text).waitFor();
  }
  await photograph(page, "keyboard-help");
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "detached" });
});

test("Ctrl+K finds commands that have no key, and runs them", async () => {
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("Find a command").fill("export");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("COCO 1.0").or(dialog.getByLabel("Format").first()).first().waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector('[role="dialog"]'));
});
