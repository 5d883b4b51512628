// Several people at one job: what others save shows by itself, and nothing of anybody's is lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { annotationsOf, labelsOf } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { colleagueOn, rectangle } from "./colleague.mjs";
import {
  clickImage,
  drag,
  drawRectangle,
  expectRecords,
  photograph,
  pickTool,
  records,
  saved,
} from "./editor.mjs";
import { photographs } from "./media.mjs";
import { PASSWORD, USERNAME } from "./server.mjs";
import { createTask, editorReady, openJob } from "./tasks.mjs";

let browser;
let page;
let taskId;
let jobId;
let labelId;
let dogId;
let colleague;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
  const files = photographs.slice(0, 3);
  taskId = await createTask(page, { name: "Together", labels: ["cat", "dog"], files });
  await openJob(page, taskId);
  jobId = Number(new URL(page.url()).pathname.split("/").at(-1));
  const { cat, dog } = await labelsOf(page, taskId);
  [labelId, dogId] = [cat.id, dog.id];
  colleague = await colleagueOn(page, taskId);
});
after(() => browser.close());

async function draw(tab, from, to) {
  await pickTool(tab, "Rectangle");
  await drawRectangle(tab, from, to);
  await tab.keyboard.press("Escape");
  await tab.keyboard.press("Escape");
}

async function shapes() {
  return (await annotationsOf(page, taskId)).shapes;
}

function has(places, [x, y]) {
  return places.some(({ points }) => Math.hypot(points[0] - x, points[1] - y) <= 3);
}

test("what a colleague saves shows within seconds, and what is being drawn stays", async () => {
  await draw(page, [20, 20], [120, 100]);
  await saved(page);
  await pickTool(page, "Polygon");
  for (const point of [
    [200, 60],
    [260, 60],
    [260, 120],
  ])
    await clickImage(page, point);
  await colleague.create(jobId, [rectangle(labelId, [300, 200, 380, 280])]);
  await expectRecords(page, 2);
  await photograph(page, "live-drawing");
  await page.keyboard.press("n");
  await expectRecords(page, 3);
  await saved(page);
  assert.equal((await shapes()).length, 3);
});

test("undo takes back what this person did, never what the colleague did", async () => {
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expectRecords(page, 1);
  assert.ok(has(await records(page), [300, 200]));
  await page.keyboard.press("Control+y");
  await page.keyboard.press("Control+y");
  await expectRecords(page, 3);
  await saved(page);
  assert.equal((await shapes()).length, 3);
});

test("another tab of the same person follows at once", async () => {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await editorReady(other);
  await expectRecords(other, 3);
  // What is out of sight does not ask by itself: it can only have heard of it from the other tab.
  await setVisibility("hidden");
  await draw(other, [20, 180], [100, 260]);
  await saved(other);
  await expectRecords(page, 4);
  await setVisibility("visible");
  await other.close();
});

test("a colleague who replaces everything is named, and unsaved work is kept", async () => {
  await page.context().setOffline(true);
  await drag(page, [60, 60], [80, 90]);
  await page.getByTestId("save-state").getByText("Offline").waitFor();
  const before = await shapesOf(colleague);
  await colleague.replace(jobId, [rectangle(labelId, [10, 10, 30, 30])]);
  await page.context().setOffline(false);
  await saved(page);
  const notice = page.getByTestId("overwrite-notice");
  await notice.getByText(colleague.username).waitFor();
  await notice.getByText("cvat-sdk 2.80.0").waitFor();
  await notice.getByText("your change to 1 object is kept").waitFor();
  await expectRecords(page, 2);
  assert.ok(has(await shapes(), [40, 50]), "the change made offline");
  await photograph(page, "live-overwritten");

  await notice.getByRole("button", { name: "Show what was replaced" }).click();
  await page.waitForFunction(() => window.__editor.past() !== null);
  // The one that was kept is a new object to the server, the others are gone.
  const past = await page.evaluate(() => window.__editor.past());
  assert.deepEqual([past.gone, past.changed, past.new], [3, 1, 1]);
  await photograph(page, "live-replaced");
  const bar = page.getByTestId("past-bar");
  await bar.getByText(`Before ${colleague.username} replaced everything`).waitFor();
  await bar.getByRole("button", { name: "Restore…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("3 deleted objects come back").waitFor();
  await dialog.getByText("Your own change to 1 object stays.").waitFor();
  await photograph(page, "live-restore");
  await dialog.getByRole("button", { name: "Restore", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await expectRecords(page, before.length);
  await saved(page);
  const now = await shapes();
  assert.equal(now.length, before.length);
  assert.ok(has(now, [40, 50]), "the change made offline is still there");
  assert.ok(!has(now, [10, 10]));
  await notice.waitFor({ state: "detached" });
});

async function shapesOf({ annotations }) {
  return (await annotations(jobId)).shapes;
}

test("both sides of a conflict are shown, and either can be kept", async () => {
  await page.keyboard.press("Escape");
  const mine = (await shapes()).find(
    ({ points }) => Math.hypot(points[0] - 40, points[1] - 50) < 4,
  );
  await page.context().setOffline(true);
  await drag(page, [90, 90], [120, 110]);
  await page.getByTestId("save-state").getByText("Offline").waitFor();
  await colleague.update(jobId, [{ ...mine, label_id: dogId, points: [30, 20, 150, 90] }]);
  await page.context().setOffline(false);
  const card = page.getByTestId("clashes");
  await card.getByText("1 object was changed by someone else too").waitFor();
  await photograph(page, "live-conflict");
  const count = (await records(page)).length;
  await card.getByRole("button", { name: "Keep mine" }).click();
  await card.waitFor({ state: "detached" });
  await expectRecords(page, count - 1);
  await saved(page);
  const now = await shapes();
  assert.ok(has(now, [70, 70]));
  assert.ok(!has(now, [30, 20]));
  await page.keyboard.press("Control+z");
  await expectRecords(page, count);
  await page.keyboard.press("Control+y");
  await expectRecords(page, count - 1);
  await saved(page);
});

test("a tab that is killed while it saves loses nothing", async () => {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await editorReady(other);
  const before = (await shapes()).length;
  const held = new Promise((resolve) => {
    void other.route("**/annotations/changes", () => resolve());
  });
  await draw(other, [150, 30], [190, 70]);
  await held;
  const kept = await journaled(other);
  await draw(other, [150, 90], [190, 130]);
  while ((await journaled(other)) === kept) await other.waitForTimeout(50);
  await other.close();
  // Whether the first save arrived, the tab has not lived to see.
  assert.ok((await shapes()).length <= before + 1);
  const next = await page.context().newPage();
  await next.goto(page.url());
  await editorReady(next);
  await expectRecords(next, before + 2);
  await next.getByText(/(was|were) brought back/).waitFor();
  await saved(next);
  assert.equal((await shapes()).length, before + 2);
  await next.close();
  await expectRecords(page, before + 2);
});

test("what was drawn after the session had expired is saved after the next sign-in", async () => {
  const before = (await shapes()).length;
  await pickTool(page, "Rectangle");
  await clickImage(page, [210, 150]);
  await page.context().clearCookies();
  // What is being drawn is not interrupted: it is finished, and kept, before anybody is asked.
  await page.waitForResponse((answer) => answer.status() === 401);
  await clickImage(page, [250, 190]);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.evaluate(() => {
    delete window.__editor;
  });
  await page.getByLabel("Username").fill(USERNAME);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await editorReady(page);
  await expectRecords(page, before + 1);
  await saved(page);
  assert.equal((await shapes()).length, before + 1);
});

test("nobody is asked of the server while the page is out of sight", async () => {
  const isLook = (request) => request.url().includes("/annotations/changes?since=");
  let asked = 0;
  page.on("request", (request) => {
    if (isLook(request)) asked += 1;
  });
  await setVisibility("hidden");
  await page.waitForTimeout(11_000);
  assert.equal(asked, 0);
  const look = page.waitForRequest(isLook);
  await setVisibility("visible");
  await look;
});

/** Puts the page out of sight, or back into it. */
async function setVisibility(value) {
  await page.evaluate((visibility) => {
    Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, value);
}

/** How many changes the browser's own database keeps. */
function journaled(tab) {
  return tab.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("skylabel-journal");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const counting = database.transaction("entries").objectStore("entries").count();
          counting.onsuccess = () => {
            database.close();
            resolve(counting.result);
          };
        };
      }),
  );
}
