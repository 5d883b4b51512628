// A newcomer's first quarter of an hour: own photographs in, a dataset out.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { unzipSync } from "../../static/node_modules/fflate/esm/index.mjs";
import { openBrowser } from "./browser.mjs";
import { drawPolygon, drawRectangle, expectRecords, pickTool, records, saved } from "./editor.mjs";
import { photographs } from "./media.mjs";
import { PASSWORD, USERNAME } from "./server.mjs";
import { createTask, editorReady, exportThroughDialog, openJob } from "./tasks.mjs";

const RECTANGLE = [60, 40, 300, 250];
const POLYGON = [
  [120, 60],
  [220, 90],
  [200, 200],
  [110, 180],
];
/** Half a pixel of the image: what a mouse on whole pixels of the screen can miss by. */
const TOLERANCE = 1.5;

let browser;
let page;
let taskId;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
});
after(() => browser.close());

function assertNear(actual, expected, message) {
  assert.equal(actual.length, expected.length, message);
  for (const [index, value] of expected.entries()) {
    assert.ok(Math.abs(actual[index] - value) <= TOLERANCE, `${message}: ${actual} ≠ ${expected}`);
  }
}

test("an unknown visitor signs in and is brought to the page that was asked for", async () => {
  await page.goto("/projects?search=cats");
  await page.getByLabel("Username").fill(USERNAME);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/projects?search=cats");
  await page.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
});

test("advanced options are in sight once opened", async () => {
  await page.goto("/tasks/create");
  await page.locator("input[type=file]").first().setInputFiles(photographs);
  await page.getByRole("button", { name: "Advanced options" }).click();
  const { height } = page.viewportSize();
  const field = page.getByLabel("Chunk size");
  await field.waitFor();
  const { y } = await field.boundingBox();
  assert.ok(y < height, `the field is at ${y} of a page ${height} high`);
});

test("photographs and two labels become a task", async () => {
  const labels = ["cat", "cup"];
  taskId = await createTask(page, { name: "First photographs", labels, files: photographs });
  const jobs = page.getByRole("row").filter({ hasText: "Job #" });
  await jobs.first().waitFor();
  assert.equal(await jobs.count(), 1);
  assert.match(await jobs.first().textContent(), /0–3/);
});

test("a rectangle and a polygon are drawn, undone and redone", async () => {
  await openJob(page, taskId);
  await pickTool(page, "Rectangle");
  await drawRectangle(page, RECTANGLE.slice(0, 2), RECTANGLE.slice(2));
  await expectRecords(page, 1);
  await page.keyboard.press("f");
  await page.waitForFunction(() => window.__editor.picture() === 1);
  await pickTool(page, "Polygon");
  await drawPolygon(page, POLYGON);
  await expectRecords(page, 2);
  await page.keyboard.press("Control+z");
  await expectRecords(page, 1);
  await page.keyboard.press("Control+Shift+z");
  await expectRecords(page, 2);
  const [rectangle, polygon] = await records(page);
  assertNear(rectangle.points, RECTANGLE, "rectangle");
  assertNear(polygon.points, POLYGON.flat(), "polygon");
  assert.deepEqual([rectangle.frame, polygon.frame], [0, 1]);
});

test("they are there after a reload", async () => {
  await saved(page);
  const before = await records(page);
  await page.reload();
  await editorReady(page);
  await expectRecords(page, 2);
  const after = await records(page);
  assert.deepEqual(
    after.map(({ points }) => points),
    before.map(({ points }) => points),
  );
});

test("they are in the COCO file that is exported and downloaded", async () => {
  await page.goto(`/tasks/${taskId}`);
  await page.getByRole("button", { name: "Export" }).click();
  const archive = unzipSync(readFileSync(await exportThroughDialog(page, "COCO 1.0")));
  const json = Object.keys(archive).find((name) => name.endsWith(".json"));
  const coco = JSON.parse(new TextDecoder().decode(archive[json]));
  assert.deepEqual(coco.categories.map(({ name }) => name).sort(), ["cat", "cup"]);
  assert.equal(coco.annotations.length, 2);
  const byArea = coco.annotations.toSorted((a, b) => b.area - a.area);
  const [left, top, right, bottom] = RECTANGLE;
  assertNear(byArea[0].bbox, [left, top, right - left, bottom - top], "exported rectangle");
  assertNear(byArea[1].segmentation[0], POLYGON.flat(), "exported polygon");
});

test("the export is listed under requests with its file", async () => {
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Requests" }).click();
  const row = page.getByRole("row").filter({ hasText: "COCO 1.0" }).first();
  await row.getByRole("link", { name: "Download" }).waitFor();
});
