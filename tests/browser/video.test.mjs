// A video: a track whose box moves between two keyframes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, signIn } from "./browser.mjs";
import { drag, drawRectangle, expectRecords, pickTool, records, saved } from "./editor.mjs";
import { video } from "./media.mjs";
import { createTask, editorReady, openJob } from "./tasks.mjs";

const BOX = [100, 60, 180, 160];
const STEPS = 10;
const SHIFT = [60, 20];
const TOLERANCE = 2;

let browser;
let page;
let taskId;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
});
after(() => browser.close());

test("a video becomes a task with every frame", async () => {
  taskId = await createTask(page, { name: "Cyclists", labels: ["bicycle"], files: [video] });
  const row = page.getByRole("row").filter({ hasText: "Job #" }).first();
  await row.getByText("0–249").waitFor();
});

test("a track drawn on one frame and moved on another has two keyframes", async () => {
  await openJob(page, taskId);
  await pickTool(page, "Rectangle");
  await page.getByRole("radiogroup").getByText("Track", { exact: true }).click();
  await drawRectangle(page, BOX.slice(0, 2), BOX.slice(2));
  await expectRecords(page, 1);
  await page.keyboard.press("v");
  await page.waitForFunction((frame) => window.__editor.picture() === frame, STEPS);
  const middle = [(BOX[0] + BOX[2]) / 2, (BOX[1] + BOX[3]) / 2];
  await drag(page, middle, [middle[0] + SHIFT[0], middle[1] + SHIFT[1]]);
  await page.waitForFunction(() => window.__editor.records()[0].keyframes.length === 2);
  const [track] = await records(page);
  assert.deepEqual(
    track.keyframes.map(({ frame }) => frame),
    [0, STEPS],
  );
});

test("the server interpolates between the keyframes as the editor does", async () => {
  await saved(page);
  await page.reload();
  await editorReady(page);
  const [track] = await records(page);
  const [first, second] = track.keyframes.map(({ points }) => points);
  const moved = second.map((value, index) => value - first[index]);
  for (const [index, value] of moved.entries()) {
    assert.ok(Math.abs(value - SHIFT[index % 2]) <= TOLERANCE, `moved by ${moved}`);
  }
  const jobId = Number(new URL(page.url()).pathname.split("/").at(-1));
  const answer = await page.request.get(`/api/jobs/${jobId}/annotations/`);
  const { tracks } = await answer.json();
  assert.equal(tracks.length, 1);
  assert.deepEqual(
    tracks[0].shapes.map(({ frame, points }) => ({ frame, points })),
    track.keyframes.map(({ frame, points }) => ({ frame, points })),
  );
});
