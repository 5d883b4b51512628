// A task and a project are backed up whole and made again from the file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { unzipSync } from "../../static/node_modules/fflate/esm/index.mjs";
import { annotatedTask } from "./annotated.mjs";
import { annotationsOf, call } from "./api.mjs";
import { openBrowser } from "./browser.mjs";
import { photographAll, speak } from "./looks.mjs";
import { signInAsNewcomer } from "./newcomers.mjs";
import { editorReady } from "./tasks.mjs";

let browser;
let page;
let taskId;
let backup;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signInAsNewcomer(page, "isabela");
  taskId = await annotatedTask(page, "Backed up");
});
after(async () => {
  try {
    const { results } = await call(page, "GET", "/api/projects");
    for (const { id } of results) await call(page, "DELETE", `/api/projects/${id}`);
  } finally {
    await browser.close();
  }
});

function dialog() {
  return page.getByRole("dialog");
}

/** Points of everything with points, by frame. */
async function shapesOf(id) {
  const { shapes } = await annotationsOf(page, id);
  return shapes.map(({ type, frame, points }) => ({ type, frame, points }));
}

async function backUp() {
  await page.keyboard.press("b");
  await photographAll(page, "backup");
  await dialog().getByRole("button", { name: "Back up" }).click();
  const link = dialog().getByRole("link", { name: "Download" });
  await link.waitFor({ timeout: 60_000 });
  await photographAll(page, "backup-ready");
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  await page.keyboard.press("Escape");
  return { name: download.suggestedFilename(), buffer: readFileSync(await download.path()) };
}

async function restore({ name, buffer }) {
  await page.keyboard.press("r");
  await dialog().getByText("Drop a file here").waitFor();
  await photographAll(page, "restore");
  const file = { name, mimeType: "application/zip", buffer };
  await dialog().locator("input[type=file]").setInputFiles(file);
  await dialog().getByRole("button", { name: "Restore" }).click();
}

test("a backup of a task has its pictures and annotations", async () => {
  await page.goto(`/tasks/${taskId}`);
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
  backup = await backUp();
  const names = Object.keys(unzipSync(backup.buffer));
  assert.ok(names.includes("task.json"), names.join());
  assert.ok(
    names.some((name) => name.endsWith("chelsea.png")),
    names.join(),
  );
});

test("a task is made again from its backup, and opens", async () => {
  await page.goto("/tasks");
  await page.getByRole("heading", { name: "Tasks", level: 1 }).waitFor();
  await restore(backup);
  const open = dialog().getByRole("link", { name: "Open the task" });
  await open.waitFor({ timeout: 60_000 });
  await dialog().getByText("Restored 5 objects").waitFor();
  await dialog().getByText("Everything in the file was taken over").waitFor();
  await photographAll(page, "restore-done");
  await open.click();
  await page.waitForURL(/\/tasks\/\d+$/);
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
  const id = Number(new URL(page.url()).pathname.split("/").at(-1));
  assert.notEqual(id, taskId);
  assert.deepEqual(await shapesOf(id), await shapesOf(taskId));
  await page
    .getByRole("link", { name: /^Job #/ })
    .first()
    .click();
  await editorReady(page);
});

test("a file that is no backup makes nothing, and the dialog says what to do", async () => {
  await page.goto("/tasks");
  await page.getByRole("heading", { name: "Tasks", level: 1 }).waitFor();
  const { count } = await call(page, "GET", "/api/tasks");
  await restore({ name: "cats.zip", buffer: Buffer.from("not an archive") });
  await dialog().getByText("The server could not finish this").waitFor({ timeout: 60_000 });
  await dialog().getByText("No task was made.").waitFor();
  await dialog()
    .getByText(/cats\.zip/)
    .last()
    .waitFor();
  await photographAll(page, "restore-failed");
  assert.equal((await call(page, "GET", "/api/tasks")).count, count);
  await page.keyboard.press("Escape");
});

test("a project is backed up and made again with its tasks", async () => {
  const labels = [{ name: "cat" }, { name: "cup" }];
  const project = await call(page, "POST", "/api/projects", { name: "Whole", labels });
  await call(page, "PATCH", `/api/tasks/${taskId}`, { project_id: project.id });
  await page.goto(`/projects/${project.id}`);
  await page.getByRole("heading", { name: "Whole", level: 1 }).waitFor();
  const whole = await backUp();
  await page.goto("/projects");
  await page.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
  await restore(whole);
  const open = dialog().getByRole("link", { name: "Open the project" });
  await open.waitFor({ timeout: 60_000 });
  await open.click();
  await page.getByRole("link", { name: "Backed up" }).waitFor();
  const id = Number(new URL(page.url()).pathname.split("/").at(-1));
  assert.notEqual(id, project.id);
  const { results } = await call(page, "GET", `/api/tasks?project_id=${id}`);
  assert.deepEqual(await shapesOf(results[0].id), await shapesOf(taskId));
});

test("what was backed up and restored is under Requests", async () => {
  await page.goto("/requests");
  await page.getByText("Back up project “Whole”").waitFor();
  const restored = page.getByRole("row").filter({ hasText: "Restore: new project" });
  await restored.getByRole("button", { name: "Report" }).waitFor();
  await photographAll(page, "requests-backups");
  await page.getByText("Restore: new task").first().waitFor();
  await restored.getByRole("link").first().click();
  await page.waitForURL(/\/projects\/\d+$/);
});

test("all of it is said in Russian too", async () => {
  await page.goto("/tasks");
  await speak(page, "ru");
  await page.getByRole("heading", { name: "Задачи", level: 1 }).waitFor();
  await page.keyboard.press("r");
  await dialog().getByText("Восстановление задачи из резервной копии").waitFor();
  await photographAll(page, "restore-ru");
  await page.keyboard.press("Escape");
  await page.goto(`/tasks/${taskId}`);
  await page.getByRole("heading", { name: "Задания" }).waitFor();
  await page.keyboard.press("b");
  await dialog().getByText("Облегчённая").waitFor();
  await photographAll(page, "backup-ru");
  await page.goto("/requests");
  await page.getByText("Резервная копия: проект «Whole»").waitFor();
  await photographAll(page, "requests-backups-ru");
  await speak(page, "en");
});
