// Media that the server refuses: the task says so, is rescued with others, or is given up.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { after, before, test } from "node:test";
import { zipSync } from "../../static/node_modules/fflate/esm/index.mjs";
import { call } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { photograph } from "./editor.mjs";
import { photographs } from "./media.mjs";

const pictures = Object.fromEntries(
  photographs.map((path) => [basename(path), readFileSync(path)]),
);
const NESTED = archive("nested.zip", { "inner.zip": zipSync(pictures, { level: 0 }) });
const GOOD = archive("pics.zip", pictures);

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
});
after(() => browser.close());

function archive(name, files) {
  const buffer = Buffer.from(zipSync(files, { level: 0 }));
  return { name, mimeType: "application/zip", buffer };
}

function choose(file) {
  return page.locator("input[type=file]").first().setInputFiles(file);
}

/** Fills in what a task needs. */
async function begin(name, file) {
  await page.goto("/tasks/create");
  await page.getByLabel("Name", { exact: true }).first().fill(name);
  const field = page.getByPlaceholder("New label, for example car");
  await field.fill("thing");
  await field.press("Enter");
  await choose(file);
}

/** Makes a task of an archive that is refused. */
async function refused(name) {
  await begin(name, NESTED);
  await page.getByRole("button", { name: "Create task" }).click();
  await page.getByRole("button", { name: "Try again" }).waitFor({ timeout: 60_000 });
}

async function sizeOfTask() {
  await page.waitForURL(/\/tasks\/\d+$/, { timeout: 60_000 });
  await page.getByRole("heading", { name: "Jobs" }).waitFor({ timeout: 60_000 });
  return (await call(page, "GET", `/api${new URL(page.url()).pathname}`)).size;
}

test("another archive after a refused one makes the task", async () => {
  await refused("Rescued at once");
  await photograph(page, "create-refused");
  await page.getByRole("button", { name: "Remove all" }).click();
  await choose(GOOD);
  await page.getByRole("button", { name: "Try again" }).click();
  assert.equal(await sizeOfTask(), 4);
});

test("options that the server refuses can be changed for another try", async () => {
  await begin("Rescued by its options", GOOD);
  await page.getByRole("button", { name: "Advanced options" }).click();
  await page.getByLabel("First frame").fill("9");
  await page.getByRole("button", { name: "Create task" }).click();
  await page.getByRole("button", { name: "Try again" }).waitFor({ timeout: 60_000 });
  await page.getByLabel("First frame").fill("2");
  await page.getByLabel("Order of images").first().click();
  await page.getByRole("option", { name: "Random" }).click();
  await page.getByLabel("Seed").fill("7");
  const sent = page.waitForRequest((request) => request.url().endsWith("/data/"));
  await page.getByRole("button", { name: "Try again" }).click();
  const { sorting_method, sorting_seed } = (await sent).postDataJSON();
  assert.deepEqual([sorting_method, sorting_seed], ["random", 7]);
  assert.equal(await sizeOfTask(), 2);
});

test("a task that is kept says that it failed, and is rescued on its page", async () => {
  await refused("Rescued later");
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await photograph(page, "create-abandon");
  await page.getByRole("button", { name: "Keep the task" }).click();
  await page.waitForURL(/\/tasks\/\d+$/);
  await page.getByText("Failed", { exact: true }).waitFor();
  await photograph(page, "task-failed");
  await page.getByRole("link", { name: "Tasks", exact: true }).first().click();
  const row = page.getByRole("row").filter({ hasText: "Rescued later" });
  await row.getByText("No media", { exact: true }).waitFor();
  assert.equal(await row.getByText("Annotation", { exact: true }).count(), 0);
  await photograph(page, "task-list");
  await row.getByRole("link", { name: "Rescued later" }).click();
  await choose(GOOD);
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  assert.equal(await sizeOfTask(), 4);
  await page.getByText("Annotation", { exact: true }).first().waitFor();
});

test("a task that is given up is deleted, and its request tells why it failed", async () => {
  await refused("Given up");
  await page.goto("/requests");
  const row = page.getByRole("row").filter({ hasText: "Create “Given up”" });
  await row.getByText("nested.zip").waitFor();
  await photograph(page, "requests");

  await refused("Deleted");
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("button", { name: "Delete the task" }).click();
  await page.getByRole("heading", { name: "Tasks", level: 1 }).waitFor();
  const { results } = await call(page, "GET", "/api/tasks?name=Deleted");
  assert.deepEqual(results, []);
});
