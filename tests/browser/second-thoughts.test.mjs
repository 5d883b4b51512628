// Annotations are imported, the report tells what was left out, all of it is taken back, and what
// was there before is exported again: from the task and from its job.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { strFromU8, unzipSync } from "../../static/node_modules/fflate/esm/index.mjs";
import { annotatedTask } from "./annotated.mjs";
import { annotationsOf } from "./api.mjs";
import { openBrowser } from "./browser.mjs";
import { photographAll } from "./looks.mjs";
import { signInAsNewcomer } from "./newcomers.mjs";
import { exportThroughDialog, openJob, runCommand } from "./tasks.mjs";

const BOX = { image_id: 1, bbox: [10, 20, 100, 50], area: 5000, iscrowd: 0 };
const DATASET = {
  images: [{ id: 1, file_name: "chelsea.png", width: 451, height: 300 }],
  categories: ["cat", "zebra"].map((name, index) => ({ id: index + 1, name })),
  annotations: [1, 2, 2].map((category_id, index) => ({ id: index + 1, category_id, ...BOX })),
};
const FILE = {
  name: "zoo.json",
  mimeType: "application/json",
  buffer: Buffer.from(JSON.stringify(DATASET)),
};

let browser;
let page;
let taskId;
let original;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signInAsNewcomer(page, "paulina");
  taskId = await annotatedTask(page, "Zoo");
  original = await shapes();
});
after(() => browser.close());

function dialog() {
  return page.getByRole("dialog");
}

/** What is annotated, in an order of its own. */
async function shapes() {
  const { shapes: all } = await annotationsOf(page, taskId);
  return all.map(({ type, frame, points }) => JSON.stringify({ type, frame, points })).sort();
}

/** Imports the file through the open dialog and waits for the report. */
async function importFile() {
  await dialog().locator("input[type=file]").setInputFiles(FILE);
  await dialog().getByRole("button", { name: "Import" }).click();
  await dialog()
    .getByRole("button", { name: /^Replace \d/ })
    .click();
  await dialog().getByText("Imported 1 object on 1 frame").waitFor({ timeout: 60_000 });
}

test("the report of an import names the labels that are not here", async () => {
  await page.goto(`/tasks/${taskId}`);
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
  await page.keyboard.press("i");
  await importFile();
  await dialog().getByText("No label of that name").waitFor();
  const label = dialog().getByRole("listitem").filter({ hasText: "zebra" }).last();
  assert.equal(await label.textContent(), "zebra2");
  assert.equal((await shapes()).length, 1);
  await photographAll(page, "undo-report");
});

test("from the report the history is one step away, and brings everything back", async () => {
  await dialog().getByRole("button", { name: "Open the history" }).click();
  await page.waitForURL(/\/history$/);
  await dialog().waitFor({ state: "detached" });
  await page.getByText("2 saves").waitFor();
  await page
    .getByRole("row")
    .filter({ hasText: "Import" })
    .getByText("Replaced everything")
    .waitFor();
  assert.equal(await page.getByText("unseen").count(), 0, "who imports has seen what goes");
  await photographAll(page, "undo-history");
  await page.getByRole("button", { name: "Restore revision 1" }).click();
  await dialog().getByRole("button", { name: "Restore" }).click();
  await page.getByText("Revision 1 is restored").waitFor();
  await dialog().waitFor({ state: "detached" });
  assert.deepEqual(await shapes(), original);
});

test("an export after that has what was there before, not what was imported", async () => {
  await page.keyboard.press("e");
  await dialog().getByLabel("Format").first().waitFor();
  const path = await exportThroughDialog(page, "COCO 1.0");
  const files = unzipSync(readFileSync(path));
  const { annotations, images } = JSON.parse(
    strFromU8(files["annotations/instances_default.json"]),
  );
  const names = new Map(images.map(({ id, file_name }) => [id, file_name]));
  // Two boxes and the outline of the ellipse; a line and a tag are beyond the format.
  assert.deepEqual(annotations.map(({ image_id }) => names.get(image_id)).sort(), [
    "astronaut.png",
    "astronaut.png",
    "chelsea.png",
  ]);
  await page.keyboard.press("Escape");
});

test("in the editor the history stands beside the picture", async () => {
  await openJob(page, taskId);
  await runCommand(page, "Import annotations");
  await dialog().getByLabel("Format").first().waitFor();
  await importFile();
  await photographAll(page, "undo-report-job");
  await dialog().getByRole("button", { name: "Open the history" }).click();
  await dialog().waitFor({ state: "detached" });
  await page.waitForFunction(() => window.__editor.records().length === 1);
  await page.getByRole("tab", { name: "History", selected: true }).waitFor();
  await photographAll(page, "undo-history-job");
});
