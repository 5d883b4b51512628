// Frames are taken out of a job and put back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { photograph } from "./editor.mjs";
import { photographs } from "./media.mjs";
import { createTask, openJob } from "./tasks.mjs";

let browser;
let page;
let taskId;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
  const files = photographs;
  taskId = await createTask(page, { name: "Frames to leave out", labels: ["thing"], files });
  await openJob(page, taskId);
});
after(() => browser.close());

async function shows(frame) {
  await page.waitForFunction((wanted) => window.__editor.picture() === wanted, frame);
}

function opacity() {
  return page.locator("canvas.stage-image").evaluate((canvas) => getComputedStyle(canvas).opacity);
}

async function removedOnServer() {
  return (await call(page, "GET", `/api/tasks/${taskId}/data/meta`)).deleted_frames;
}

test("a frame that is taken out is stepped over, and can still be looked at", async () => {
  await page.keyboard.press("KeyF");
  await shows(1);
  const saved = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await page.keyboard.press("Alt+Delete");
  await page.getByText("This frame was taken out of the job").waitFor();
  await saved;
  assert.ok(Number(await opacity()) < 0.5, "the picture is dimmed");
  await photograph(page, "removed-frame");
  assert.deepEqual(await removedOnServer(), [1]);
  await page.keyboard.press("KeyD");
  await shows(0);
  assert.equal(await opacity(), "1");
  await page.keyboard.press("KeyF");
  await shows(2);
  const number = page.getByLabel("Frame number");
  await number.fill("1");
  await number.press("Enter");
  await shows(1);
});

test("it is put back, also when the server refuses the first time", async () => {
  await page.route("**/data/meta", (route) =>
    route.request().method() === "PATCH"
      ? route.fulfill({ status: 503, body: "later" })
      : route.continue(),
  );
  const restore = page.getByRole("button", { name: "Put it back", exact: true });
  await restore.click();
  await page.getByText("The server failed").waitFor();
  await restore.waitFor();
  await page.unroute("**/data/meta");
  const saved = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await restore.click();
  await saved;
  await restore.waitFor({ state: "detached" });
  assert.deepEqual(await removedOnServer(), []);
});
