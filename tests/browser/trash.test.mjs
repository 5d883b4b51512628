// What was deleted is taken back, one by one and several at once, or goes for good.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { annotationsOf, call, labelsOf } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { photograph } from "./editor.mjs";
import { photographs } from "./media.mjs";
import { PASSWORD } from "./server.mjs";
import { createTask, openJob } from "./tasks.mjs";

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  // A person of their own: what others have deleted is not theirs.
  const person = { username: "marie", email: "marie@example.org" };
  const names = { first_name: "", last_name: "" };
  const data = { ...person, ...names, password1: PASSWORD, password2: PASSWORD };
  await page.request.post("/api/auth/register", { data });
  await signIn(page, person.username, PASSWORD);
});
after(() => browser.close());

function row(name) {
  return page.getByRole("row").filter({ has: page.getByText(name, { exact: true }) });
}

async function deleteThroughPage() {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("It stays in the trash for 30 days").waitFor();
  return dialog;
}

async function deletedTask(name) {
  const labels = [{ name: "thing", attributes: [] }];
  const task = await call(page, "POST", "/api/tasks", { name, labels });
  await call(page, "DELETE", `/api/tasks/${task.id}`);
  return task;
}

test("the trash is reached by the keyboard, and says what it is for while it is empty", async () => {
  await page.keyboard.press("Alt+Digit6");
  await page.waitForURL("**/trash");
  await page.getByText("The trash is empty").waitFor();
  await photograph(page, "trash-empty");
});

test("a task that was deleted is taken back at once, with its annotations", async () => {
  const files = photographs.slice(0, 2);
  const id = await createTask(page, { name: "Kept after all", labels: ["cat"], files });
  const { cat } = await labelsOf(page, id);
  const shape = { type: "rectangle", frame: 0, label_id: cat.id, points: [1, 2, 30, 40] };
  await call(page, "PUT", `/api/tasks/${id}/annotations/`, { shapes: [shape] });
  const before = await annotationsOf(page, id);
  const dialog = await deleteThroughPage();
  await photograph(page, "trash-question");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("“Kept after all” is in the trash").waitFor();
  await page.waitForURL(/\/tasks$/);
  await page.getByRole("link", { name: "Kept after all" }).waitFor({ state: "detached" });
  await photograph(page, "trash-undo");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("“Kept after all” is back").waitFor();
  await page.getByRole("link", { name: "Kept after all" }).waitFor();
  assert.deepEqual(await annotationsOf(page, id), before);
  await openJob(page, id);
});

test("a project is taken back with its tasks, by the keys of undoing", async () => {
  const labels = [{ name: "ship", attributes: [] }];
  const project = await call(page, "POST", "/api/projects", { name: "Harbour", labels });
  await call(page, "POST", "/api/tasks", { name: "Quay", project_id: project.id });
  await page.goto(`/projects/${project.id}`);
  const dialog = await deleteThroughPage();
  await dialog.getByText("Its 1 task with all images").waitFor();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("“Harbour” is in the trash").waitFor();
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await page.getByText("“Harbour” is back").waitFor();
  await page.goto(`/projects/${project.id}`);
  await page.getByRole("link", { name: "Quay" }).waitFor();
});

test("rows say what is in them, who deleted them and when they are gone for good", async () => {
  const { id } = await call(page, "POST", "/api/projects", { name: "Old streets", labels: [] });
  await call(page, "POST", "/api/tasks", { name: "Lane", project_id: id });
  await call(page, "DELETE", `/api/projects/${id}`);
  for (const name of ["Night drive", "Day drive", "Rain"]) await deletedTask(name);
  await page.goto("/trash");
  await page.getByText("4 deleted").waitFor();
  const text = await row("Old streets").textContent();
  for (const part of ["1 task", "0 jobs", "by marie", "in 30 days"]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
});

test("the trash is searched and filtered, and the address remembers how", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("drive");
  await page.getByText("2 deleted").waitFor();
  await page.getByPlaceholder("Projects and tasks").click();
  await page.getByRole("option", { name: "Projects" }).click();
  await page.getByText("Nothing found").waitFor();
  await page.goto("/trash?kind=project");
  await page.getByText("1 deleted").waitFor();
  await row("Old streets").waitFor();
});

test("several are chosen and restored at once", async () => {
  await page.goto("/trash?search=drive");
  await page.getByLabel("Choose Night drive").check();
  await page.getByText("1 chosen").waitFor();
  await page.keyboard.press("Control+a");
  await page.getByText("2 chosen").waitFor();
  await photograph(page, "trash-chosen");
  await page.keyboard.press("r");
  await page.getByText("2 are back").waitFor();
  await page.getByText("Nothing found").waitFor();
  await page.goto("/tasks?search=drive");
  await page.getByText("2 tasks").waitFor();
});

test("Escape chooses nothing, and what is chosen goes for good only after its name was read", async () => {
  await page.goto("/trash");
  await page.getByLabel("Choose all on this page").check();
  await page.getByText("2 chosen").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("2 chosen").waitFor({ state: "detached" });
  await page.getByLabel("Choose Rain").check();
  await page.keyboard.press("Delete");
  const dialog = page.getByRole("dialog", { name: "Delete “Rain” for good?" });
  await dialog.getByText("This cannot be undone").waitFor();
  await photograph(page, "trash-for-good");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await row("Rain").waitFor();
  await row("Rain").getByRole("button", { name: "Delete Rain for good" }).click();
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await row("Rain").waitFor({ state: "detached" });
  const { results } = await call(page, "GET", "/api/trash");
  assert.deepEqual(
    results.map(({ name }) => name),
    ["Old streets"],
  );
});

test("what somebody else took out of the trash meanwhile is told by name", async () => {
  const { id } = await deletedTask("Taken twice");
  await page.goto("/trash");
  await row("Taken twice").waitFor();
  await call(page, "DELETE", `/api/trash/task/${id}`);
  await page.getByRole("button", { name: "Restore Taken twice" }).click();
  await page.getByText("“Taken twice” could not be restored").waitFor();
  await row("Taken twice").waitFor({ state: "detached" });
});

test("a server out of reach is told, and asked again", async () => {
  await page.route("**/api/trash?*", (route) => route.abort());
  await page.goto("/trash");
  await page.getByText("The server cannot be reached").waitFor({ timeout: 30_000 });
  await page.unroute("**/api/trash?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await row("Old streets").waitFor();
});

test("the trash in Russian and dark", async () => {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByText("Русский").click();
  await page.getByTitle("Тёмная").click();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Корзина", level: 1 }).waitFor();
  await page.getByText("через 30 дней").waitFor();
  await page.getByText("1 удалённый объект").waitFor();
  await photograph(page, "trash-russian-dark");
});
