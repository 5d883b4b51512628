// The history of a job: who did what, what it was like then, and going back.
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
  shown,
} from "./editor.mjs";
import { photographs } from "./media.mjs";
import { createTask, editorReady, openJob } from "./tasks.mjs";

let browser;
let page;
let taskId;
let jobId;
let colleague;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
  const files = photographs.slice(0, 3);
  taskId = await createTask(page, { name: "History", labels: ["cat", "dog"], files });
  await openJob(page, taskId);
  jobId = Number(new URL(page.url()).pathname.split("/").at(-1));
  colleague = await colleagueOn(page, taskId);
});
after(() => browser.close());

const rows = () => page.getByRole("listbox", { name: "Revisions, newest first" });
const row = (revision) => page.locator(`[role="option"][data-revision="${revision}"]`).last();
const past = () => page.evaluate(() => window.__editor.past());
const version = () => page.evaluate(() => window.__editor.version());

async function draw(from, to) {
  await pickTool(page, "Rectangle");
  await drawRectangle(page, from, to);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await saved(page);
}

test("a job that nobody has worked on says so", async () => {
  await page.keyboard.press("Shift+H");
  await page.getByText("Nothing has been saved in this job yet").waitFor();
  await photograph(page, "history-empty");
});

test("each save is listed as it is made: who, with what, how much", async () => {
  await draw([20, 20], [120, 100]);
  await row(1).getByText("You").waitFor();
  await row(1).getByText("Editor").waitFor();
  await row(1).getByText("+1").waitFor();
  await drag(page, [70, 60], [90, 70]);
  await saved(page);
  const { cat, dog } = await labelsOf(page, taskId);
  await colleague.create(jobId, [
    rectangle(cat.id, [200, 40, 280, 120]),
    rectangle(dog.id, [250, 150, 330, 250]),
    rectangle(dog.id, [30, 40, 90, 90], { frame: 2 }),
  ]);
  await row(3).getByText(colleague.username).waitFor();
  await row(3).getByText("cvat-sdk 2.80.0").waitFor();
  await row(3).getByText("+3").waitFor();
  await expectRecords(page, 4);
  const tooltip = await row(3).locator("time").getAttribute("title");
  assert.match(tooltip, /\d{4}/);
  // Two saves of one stretch of work are one row, which opens.
  await rows().getByText("2 saves").waitFor();
  await rows().getByRole("button", { name: "Show 2 saves" }).click();
  await row(1).getByText("Revision 1").waitFor();
  await photograph(page, "history-list");
});

test("the list can be narrowed to a person, a program, or oneself", async () => {
  const search = page.getByLabel("Person, program or message");
  await search.fill(colleague.username);
  assert.equal(await rows().getByRole("option").count(), 1);
  await search.fill("nobody like that");
  await page.getByText("No revision is like that").waitFor();
  await search.press("Escape");
  await page.getByRole("button", { name: "Only mine" }).click();
  await row(2).waitFor();
  assert.equal(await rows().getByText(colleague.username).count(), 0);
  await page.getByRole("button", { name: "Only mine" }).click();
});

test("an earlier revision is shown with what differs, for reading only", async () => {
  const [mine] = await records(page);
  await drag(page, [240, 80], [250, 110]);
  await saved(page);
  const { shapes } = await annotationsOf(page, taskId);
  await colleague.delete(
    jobId,
    shapes.filter(({ points }) => points[0] === 250),
  );
  await expectRecords(page, 3);
  await draw([330, 30], [400, 90]);
  await row(3).click();
  await page.getByTestId("past-bar").waitFor();
  assert.deepEqual(await past(), { revision: 3, gone: 1, changed: 1, new: 1 });
  await photograph(page, "history-past");

  // Nothing that edits does anything.
  const before = JSON.stringify(await records(page));
  await page.getByTestId("canvas").focus();
  await clickImage(page, [290, 200]);
  await page.keyboard.press("Delete");
  await page.keyboard.press("n");
  await drag(page, [290, 200], [300, 220]);
  await page.keyboard.press("Control+z");
  assert.equal(JSON.stringify(await records(page)), before);
  assert.equal(await page.evaluate(() => window.__editor.tool()), "select");
  await photograph(page, "history-past-selected");

  await page.keyboard.press("Escape");
  await page.waitForFunction(() => window.__editor.past() === null);
  assert.equal(JSON.stringify(await records(page)), before);
  assert.ok((await records(page)).some(({ id }) => id === mine.id));
});

test("one object is brought back, as a step that can be undone", async () => {
  await row(3).click();
  await page.waitForFunction(() => window.__editor.past() !== null);
  const count = (await records(page)).length;
  await clickImage(page, [290, 200]);
  await page.keyboard.press("Shift+B");
  await page.waitForFunction(() => window.__editor.past() === null);
  await expectRecords(page, count + 1);
  await saved(page);
  await page.keyboard.press("Control+z");
  await expectRecords(page, count);
  await saved(page);
});

test("frames that differ are found by keys", async () => {
  await row(2).click();
  await page.waitForFunction(() => window.__editor.past()?.revision === 2);
  await page.getByTestId("canvas").focus();
  await page.keyboard.press("Shift+F");
  await shown(page, 2);
  await page.keyboard.press("Shift+D");
  await shown(page, 0);
  await page.keyboard.press("Shift+M");
  await page.keyboard.press("Escape");
});

test("a revision is restored as a new one, and that can be undone", async () => {
  const before = (await annotationsOf(page, taskId)).shapes;
  const last = await version();
  await row(2).click();
  await page.waitForFunction(() => window.__editor.past()?.revision === 2);
  await page.getByTestId("past-bar").getByRole("button", { name: "Restore…" }).click();
  const dialog = page.getByRole("dialog");
  await photograph(page, "history-restore");
  await dialog.getByRole("button", { name: "Restore", exact: true }).click();
  await expectRecords(page, 1);
  await row(last + 1)
    .getByText("Restored revision 2")
    .waitFor();
  await photograph(page, "history-restored");
  assert.equal((await annotationsOf(page, taskId)).shapes.length, 1);
  await page.getByRole("button", { name: "Undo", exact: true }).last().click();
  await expectRecords(page, before.length);
  await saved(page);
  const places = ({ points, frame }) => JSON.stringify([frame, points]);
  const now = (await annotationsOf(page, taskId)).shapes;
  assert.deepEqual(now.map(places).sort(), before.map(places).sort());
});

test("what somebody saved in between is not restored away unseen", async () => {
  await row(2).click();
  await page.waitForFunction(() => window.__editor.past()?.revision === 2);
  await page.getByTestId("past-bar").getByRole("button", { name: "Restore…" }).click();
  const dialog = page.getByRole("dialog");
  const { cat } = await labelsOf(page, taskId);
  await page.route("**/annotations/changes?since=*", (route) => route.abort());
  await colleague.create(jobId, [rectangle(cat.id, [5, 5, 15, 15])]);
  await page.unroute("**/annotations/changes?since=*");
  const count = (await annotationsOf(page, taskId)).shapes.length;
  await dialog.getByRole("button", { name: "Restore", exact: true }).click();
  const warned = dialog.getByText("Somebody has saved in the meantime").waitFor();
  await Promise.race([warned, dialog.waitFor({ state: "detached" })]);
  if (await dialog.isVisible()) {
    assert.equal((await annotationsOf(page, taskId)).shapes.length, count);
    await dialog.getByRole("button", { name: "Cancel" }).click();
  }
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => window.__editor.past() === null);
});

test("an object has a history of its own", async () => {
  await page.getByRole("tab", { name: "Objects" }).click();
  await clickImage(page, [90, 70]);
  await page.getByTestId("details").getByRole("button", { name: "History of the object" }).click();
  await page.getByText("History of cat").waitFor();
  await page.keyboard.press("Escape");
  await row(1).click();
  await page.waitForFunction(() => window.__editor.past()?.revision === 1);
  await page.waitForFunction(() => window.__editor.selection().length === 1);
  assert.equal(await rows().getByText(colleague.username).count(), 0);
  await photograph(page, "history-object");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => window.__editor.past() === null);
  await page.getByRole("button", { name: "History of the whole job" }).click();
  await rows().getByText(colleague.username).first().waitFor();
});

test("who replaced everything is marked in the list", async () => {
  const { dog } = await labelsOf(page, taskId);
  await colleague.replace(jobId, [rectangle(dog.id, [100, 50, 300, 200])]);
  await rows().getByText("Replaced everything unseen").waitFor();
  await photograph(page, "history-replaced");
});

test("a history that cannot be had says so, and is asked for again", async () => {
  await page.getByRole("tab", { name: "Labels" }).click();
  await page.route("**/annotations/history?*", (route) => route.abort());
  await page.getByRole("tab", { name: "History" }).click();
  await page.getByText("The history cannot be shown").waitFor();
  await photograph(page, "history-failed");
  await page.unroute("**/annotations/history?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await rows().waitFor();
});

test("a revision that is no longer kept leaves the present on the canvas", async () => {
  const before = JSON.stringify(await records(page));
  await page.route("**/annotations/history/2", (route) =>
    route.fulfill({ status: 410, json: { detail: "Revision 2 is no longer kept." } }),
  );
  await row(2).click();
  const refusal = page.getByRole("alert").filter({ hasText: "Revision 2 cannot be shown" });
  await refusal.getByText("Revision 2 is no longer kept.").waitFor();
  assert.equal(JSON.stringify(await records(page)), before);
  assert.equal(await past(), null);
  await page.unroute("**/annotations/history/2");
  await page.keyboard.press("Escape");
  await refusal.waitFor({ state: "detached" });
});

test("what the server cannot read of the annotations is said when the job is opened", async () => {
  const document = new RegExp(`/api/jobs/${jobId}/annotations$`);
  await page.route(document, async (route) => {
    const answer = await route.fetch();
    const json = { ...(await answer.json()), damaged: ["Frames 40 to 52 are missing."] };
    await route.fulfill({ response: answer, json });
  });
  await page.reload();
  await editorReady(page);
  await page.getByText("Frames 40 to 52 are missing.").waitFor();
  await photograph(page, "history-damaged");
  await page.unroute(document);
  await page.reload();
  await editorReady(page);
  await page.getByRole("tab", { name: "History" }).click();
});

test("rows are walked through and shown by keys alone", async () => {
  await rows().getByRole("option").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => window.__editor.past() !== null);
  await page.keyboard.press("Control+k");
  await page.getByLabel("Find a command").fill("restore");
  await page.getByRole("button", { name: "Restore this revision…" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByLabel("Find a command").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => window.__editor.past() === null);
});

test("the past in Russian and dark, on a small and a large screen", async () => {
  await page.getByRole("button", { name: "Job menu" }).click();
  await page.getByText("Русский", { exact: true }).click();
  await page.getByTitle("Тёмная").click();
  await page.keyboard.press("Escape");
  await row(2).click();
  await page.waitForFunction(() => window.__editor.past()?.revision === 2);
  await page.getByTestId("past-bar").getByText("Ревизия 2").waitFor();
  await photograph(page, "history-russian");
  await page.getByTestId("past-bar").getByRole("button", { name: "Восстановить…" }).click();
  await page.getByRole("dialog").getByText("Восстановить ревизию 2?").waitFor();
  await photograph(page, "history-russian-restore");
  await page.getByRole("button", { name: "Отмена" }).click();
  await page.setViewportSize({ width: 2560, height: 1440 });
  await photograph(page, "history-large");
  const bar = await page.getByTestId("past-bar").boundingBox();
  assert.ok(bar.width < 1400);
});
