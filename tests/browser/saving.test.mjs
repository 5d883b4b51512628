// Nothing is lost: two tabs on one job, a network that goes away, a page that is reloaded too soon.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { annotationsOf } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { drag, drawRectangle, expectRecords, photograph, pickTool, saved } from "./editor.mjs";
import { photographs } from "./media.mjs";
import { createTask, editorReady, openJob } from "./tasks.mjs";

let browser;
let page;
let taskId;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
  const files = photographs.slice(0, 1);
  taskId = await createTask(page, { name: "Saving", labels: ["cat"], files });
  await openJob(page, taskId);
});
after(() => browser.close());

async function draw(tab, from, to) {
  await pickTool(tab, "Rectangle");
  await drawRectangle(tab, from, to);
  await tab.keyboard.press("Escape");
}

async function shapes() {
  return (await annotationsOf(page, taskId)).shapes;
}

test("without a network work goes on, and is saved when it is back", async () => {
  await page.context().setOffline(true);
  await draw(page, [20, 20], [120, 100]);
  await page.getByTestId("save-state").getByText("Offline").waitFor();
  await photograph(page, "saving-offline");
  assert.equal((await shapes()).length, 0);
  await page.context().setOffline(false);
  await saved(page);
  assert.equal((await shapes()).length, 1);
});

test("what was not saved when the page was reloaded is brought back and saved", async () => {
  await draw(page, [150, 40], [260, 160]);
  await page.reload();
  await editorReady(page);
  await expectRecords(page, 2);
  await page.getByText("was brought back").waitFor();
  await photograph(page, "saving-recovered");
  await saved(page);
  assert.equal((await shapes()).length, 2);
});

test("a save whose answer was lost is not made twice", async () => {
  const changes = "**/annotations/changes";
  await page.route(changes, async (route) => {
    await route.fetch();
    await route.abort();
  });
  await draw(page, [150, 200], [260, 280]);
  await page.getByTestId("save-state").getByText("Offline").waitFor();
  assert.equal((await shapes()).length, 3);
  await page.unroute(changes);
  await page.reload();
  await editorReady(page);
  await expectRecords(page, 3);
  await saved(page);
  assert.equal((await shapes()).length, 3);
});

test("two tabs that draw at once both keep everything", async () => {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await editorReady(other);
  await Promise.all([expectRecords(page, 3), expectRecords(other, 3)]);
  await draw(page, [300, 60], [380, 140]);
  await saved(page);
  await other.bringToFront();
  await draw(other, [300, 180], [380, 260]);
  await saved(other);
  await expectRecords(other, 5);
  await page.bringToFront();
  await draw(page, [20, 180], [100, 260]);
  await saved(page);
  await expectRecords(page, 6);
  assert.equal((await shapes()).length, 6);
  await other.close();
});

test("two tabs that change one object keep both versions and say so", async () => {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await editorReady(other);
  // The first tab does not hear of it in time.
  const looks = "**/annotations/changes?since=*";
  await page.route(looks, (route) => route.abort());
  await drag(other, [70, 60], [90, 60]);
  await saved(other);
  await page.bringToFront();
  await drag(page, [70, 60], [70, 90]);
  await page.getByTestId("save-state").getByText("Offline").waitFor();
  await page.unroute(looks);
  const card = page.getByTestId("clashes");
  await card.getByText("1 object was changed by someone else too").waitFor();
  await card.getByText("Both versions are kept side by side").waitFor();
  await photograph(page, "saving-clash");
  await page.keyboard.press("Escape");
  await card.getByText("Frame 0").click();
  await page.waitForFunction(() => window.__editor.selection().length === 2);
  await card.getByRole("button", { name: "Keep both" }).click();
  await card.waitFor({ state: "detached" });
  await saved(page);
  const kept = (await shapes()).map(({ points }) => points.slice(0, 2).map(Math.round));
  const has = (x, y) => kept.some((at) => Math.hypot(at[0] - x, at[1] - y) <= 3);
  assert.ok(has(40, 20) && has(20, 50), JSON.stringify(kept));
  await other.close();
});
