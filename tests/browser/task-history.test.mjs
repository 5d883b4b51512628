// Every save of a task's jobs is listed on the page of the task, and any can be restored.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { annotationsOf, call, labelsOf } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { photograph } from "./editor.mjs";
import { photographs } from "./media.mjs";

let browser;
let page;
let task;
let jobs;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
});
after(() => browser.close());

const rows = () => page.locator("tbody tr");

function rectangles(frame, label, count) {
  return Array.from({ length: count }, (_, index) => ({
    type: "rectangle",
    frame,
    label_id: label.id,
    points: [index, 10, index + 50, 80],
    source: "manual",
    attributes: [],
  }));
}

function create(job, shapes) {
  return call(page, "PATCH", `/api/jobs/${job.id}/annotations/?action=create`, { shapes });
}

test("a task of two jobs that nobody saved has an empty history", async () => {
  await page.goto("/tasks/create");
  await page.getByLabel("Name", { exact: true }).first().fill("Shared work");
  const field = page.getByPlaceholder("New label, for example car");
  for (const name of ["car", "cat"]) {
    await field.fill(name);
    await field.press("Enter");
  }
  await page.locator("input[type=file]").first().setInputFiles(photographs);
  await page.getByRole("button", { name: "Advanced options" }).click();
  await page.getByLabel("Frames per job").fill("2");
  await page.getByRole("button", { name: "Create task" }).click();
  await page.waitForURL(/\/tasks\/\d+$/, { timeout: 60_000 });
  await page.getByText("2 jobs").waitFor();
  task = Number(new URL(page.url()).pathname.split("/").at(-1));
  jobs = (await call(page, "GET", `/api/jobs?task_id=${task}&sort=id`)).results;
  await page.keyboard.press("h");
  await page.waitForURL(`**/tasks/${task}/history`);
  await page.getByText("Nothing has been saved yet").waitFor();
});

test("saves of all jobs are listed in order of time, with who, how much and what happened", async () => {
  const { car, cat } = await labelsOf(page, task);
  await create(jobs[0], rectangles(0, car, 3));
  await create(jobs[1], rectangles(2, cat, 2));
  await call(page, "PUT", `/api/jobs/${jobs[0].id}/annotations/`, {
    shapes: rectangles(1, cat, 1),
  });
  await page.reload();
  await page.getByText("3 saves").waitFor();
  const texts = await rows().allTextContents();
  assert.match(
    texts[0],
    new RegExp(`^3.*You.*Job #${jobs[0].id}.*\\+1.*−3.*Replaced everything unseen.*Now$`),
  );
  assert.match(texts[1], new RegExp(`^2.*You.*Job #${jobs[1].id}.*\\+2.*Restore$`));
  assert.match(texts[2], new RegExp(`^1.*You.*Job #${jobs[0].id}.*\\+3.*Restore$`));
  await photograph(page, "task-history");
});

test("restoring says what changes, and brings every job back to what it was", async () => {
  await page.getByRole("button", { name: "Restore revision 2" }).click();
  const dialog = page.getByRole("dialog", { name: "Restore revision 2?" });
  await dialog.getByText("3 objects come back").waitFor();
  await dialog.getByText("1 object added since is deleted").waitFor();
  await photograph(page, "task-history-restore");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await annotationsOf(page, task)).shapes.length, 3);
  await page.getByRole("button", { name: "Restore revision 2" }).click();
  await dialog.getByRole("button", { name: "Restore" }).click();
  await page.getByText("Revision 2 is restored").waitFor();
  const { shapes } = await annotationsOf(page, task);
  assert.deepEqual(shapes.map(({ frame }) => frame).sort(), [0, 0, 0, 2, 2]);
  await page.getByText("4 saves").waitFor();
  assert.match(await rows().first().textContent(), /^4.*Restored revision 2.*Now$/);
});

test("a job has a history of its own, and its restoring leaves the other job alone", async () => {
  await page.goto(`/tasks/${task}`);
  await page.getByRole("button", { name: `More about job #${jobs[1].id}` }).click();
  await page.getByRole("menuitem", { name: "History" }).click();
  await page.getByText("1 save", { exact: true }).waitFor();
  const { cat } = await labelsOf(page, task);
  await create(jobs[1], rectangles(3, cat, 1));
  await page.reload();
  await page.getByRole("button", { name: "Restore revision 1" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("The annotations of this job become").waitFor();
  await dialog.getByRole("button", { name: "Restore" }).click();
  await page.getByText("Revision 1 is restored").waitFor();
  const { shapes } = await annotationsOf(page, task);
  assert.deepEqual(shapes.map(({ frame }) => frame).sort(), [0, 0, 0, 2, 2]);
  await page.getByRole("link", { name: "Annotate" }).click();
  await page.waitForURL(`**/tasks/${task}/jobs/${jobs[1].id}`);
});

test("what somebody saved while the question was open is not lost", async () => {
  await page.goto(`/tasks/${task}/history`);
  await page.getByRole("button", { name: "Restore revision 3" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("come back").or(dialog.getByText("deleted")).first().waitFor();
  const { car } = await labelsOf(page, task);
  await create(jobs[1], rectangles(3, car, 1));
  await dialog.getByRole("button", { name: "Restore" }).click();
  await dialog.getByText("Somebody has saved in the meantime").waitFor();
  assert.equal((await annotationsOf(page, task)).shapes.length, 6);
  await page.keyboard.press("Escape");
});

test("a long history is paged", async () => {
  const { car } = await labelsOf(page, task);
  for (let saves = 0; saves < 25; saves++) await create(jobs[0], rectangles(1, car, 1));
  await page.reload();
  await page.getByText("32 saves").waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 7);
  await page.getByRole("button", { name: "Restore revision 1", exact: true }).waitFor();
});

test("the history in Russian and dark", async () => {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByText("Русский").click();
  await page.getByTitle("Тёмная").click();
  await page.keyboard.press("Escape");
  await page.getByText("Восстановлена ревизия 2").waitFor();
  await page.getByText("Заменено всё, вслепую").waitFor();
  await photograph(page, "task-history-russian-dark");
});
