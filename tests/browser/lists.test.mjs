// Projects, labels with attributes, lists: searching, sorting, paging, deleting; language and theme.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, signIn } from "./browser.mjs";

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
});
after(() => browser.close());

async function post(path, data) {
  const cookies = await page.context().cookies();
  const token = cookies.find(({ name }) => name === "csrftoken").value;
  const answer = await page.request.post(path, { data, headers: { "X-CSRFToken": token } });
  assert.equal(answer.status(), 201, await answer.text());
  return answer.json();
}

function rows() {
  return page.getByRole("row").filter({ has: page.getByRole("cell") });
}

test("a project is made with a label and its attributes", async () => {
  await page.goto("/projects");
  await page.getByText("No projects yet").waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: false }).first().fill("Street scenes");
  const field = dialog.getByPlaceholder("New label, for example car");
  await field.fill("car");
  await field.press("Enter");
  await dialog.getByRole("button", { name: /^car/ }).click();
  await dialog.getByRole("button", { name: "Add attribute" }).click();
  await dialog.getByLabel("Attribute", { exact: true }).fill("colour");
  const values = dialog.getByLabel("Values");
  for (const value of ["red", "blue"]) {
    await values.fill(value);
    await values.press("Enter");
  }
  await dialog.getByRole("button", { name: "New project" }).click();
  await page.getByRole("heading", { name: "Street scenes", level: 1 }).waitFor();
  const id = Number(new URL(page.url()).pathname.split("/").at(-1));
  const labels = await (await page.request.get(`/api/labels?project_id=${id}`)).json();
  assert.equal(labels.results[0].name, "car");
  const [attribute] = labels.results[0].attributes;
  assert.deepEqual(
    [attribute.name, attribute.input_type, attribute.values, attribute.default_value],
    ["colour", "select", ["red", "blue"], "red"],
  );
});

test("labels are edited on the project's page, and as JSON", async () => {
  await page.getByRole("tab", { name: "JSON" }).click();
  const text = page.getByRole("textbox", { name: "JSON" });
  const labels = JSON.parse(await text.inputValue());
  await text.fill(JSON.stringify([...labels, { name: "person", attributes: [] }]));
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("button", { name: "Save labels" }).click();
  await page.getByText("Labels saved").waitFor();
  await page.reload();
  await page.getByRole("button", { name: /^person/ }).waitFor();
});

test("a long list is paged, searched and sorted, and the address remembers how", async () => {
  for (let number = 1; number <= 30; number++) {
    const name = `Series ${String(number).padStart(2, "0")}`;
    await post("/api/tasks", { name, labels: [{ name: "thing", attributes: [] }] });
  }
  await page.goto("/tasks?search=Series");
  await page.getByText("30 tasks").waitFor();
  assert.equal(await rows().count(), 25);
  await page.getByRole("button", { name: "Next page" }).click();
  await page.waitForURL(/page=2/);
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 5);
  await page.getByRole("button", { name: "Name" }).click();
  await page.getByRole("link", { name: "Series 01" }).waitFor();
  await page.reload();
  await page.getByRole("link", { name: "Series 01" }).waitFor();
  assert.match(await rows().first().textContent(), /Series 01/);
  await page.keyboard.press("/");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("no such thing");
  await page.getByText("Nothing found").waitFor();
});

test("a task without images says so and can be deleted after a question", async () => {
  await page.goto("/tasks?search=Series+07");
  await page.getByRole("link", { name: "Series 07" }).click();
  await page.getByText("This task has no images yet").waitFor();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/\/tasks$/);
  await page.goto("/tasks?search=Series+07");
  await page.getByText("Nothing found").waitFor();
});

test("files that cannot be one task are refused before anything is sent", async () => {
  await page.goto("/tasks/create");
  const file = (name) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from("x") });
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles([file("a.jpg"), file("b.mp4")]);
  await page.getByText("Images cannot be mixed").waitFor();
  await page.getByRole("button", { name: "Remove b.mp4" }).click();
  await page.getByText("1 file").waitFor();
  assert.equal(await page.getByText("Images cannot be mixed").count(), 0);
});

test("a file that is not what its name says ends in a message, and the task can try again", async () => {
  const field = page.getByPlaceholder("New label, for example car");
  await field.fill("thing");
  await field.press("Enter");
  await page.getByRole("button", { name: "Create task" }).click();
  await page.getByText("The server could not finish this").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Try again" }).waitFor();
});

test("Russian and dark are chosen in the menu and remembered", async () => {
  await page.goto("/tasks");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByText("Русский").click();
  await page.getByRole("heading", { name: "Задачи", level: 1 }).waitFor();
  await page.getByTitle("Тёмная").click();
  await page.reload();
  await page.getByRole("heading", { name: "Задачи", level: 1 }).waitFor();
  const [scheme, language] = await page.evaluate(() => [
    document.documentElement.dataset.mantineColorScheme,
    document.documentElement.lang,
  ]);
  assert.deepEqual([scheme, language], ["dark", "ru"]);
  await page.getByText(/^\d+ задач/).waitFor();
});

test("every page is reached by the keyboard, on a Russian layout too", async () => {
  for (const [digit, path] of [
    ["1", "/projects"],
    ["3", "/jobs"],
    ["4", "/cloud-storages"],
    ["5", "/requests"],
    ["6", "/trash"],
    ["2", "/tasks"],
  ]) {
    await page.keyboard.press(`Alt+Digit${digit}`);
    await page.waitForURL(`**${path}`);
  }
  await page.getByRole("heading", { name: "Задачи", level: 1 }).waitFor();
  const press = { key: "с", code: "KeyC", bubbles: true };
  await page.evaluate(
    (init) => document.body.dispatchEvent(new KeyboardEvent("keydown", init)),
    press,
  );
  await page.waitForURL("**/tasks/create");
});

test("a task is opened with nothing but the keyboard", async () => {
  await page.goto("/tasks?search=Series+01");
  const link = page.getByRole("link", { name: "Series 01" });
  await link.waitFor();
  for (let presses = 0; presses < 30; presses++) {
    if (await link.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Series 01", level: 1 }).waitFor();
});
