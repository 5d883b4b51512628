// Media that are not chosen file by file: a share, links, a folder with context images, an archive.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { zipSync } from "../../static/node_modules/fflate/esm/index.mjs";
import { call } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { photographs } from "./media.mjs";
import { editorReady, openJob } from "./tasks.mjs";

const SHARE = process.env.SKYLABEL_SHARE;

let browser;
let page;
let scratch;
let remote;

before(async () => {
  scratch = mkdtempSync(join(tmpdir(), "skylabel-sources-"));
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
  remote = await serveFiles();
});
after(async () => {
  remote.close();
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Serves the photographs by their names. */
function serveFiles() {
  const server = createServer((request, response) => {
    const path = photographs.find((known) => request.url === `/${basename(known)}`);
    if (path) response.end(readFileSync(path));
    else response.writeHead(404).end();
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function put(path, source) {
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(source, path);
}

async function newTask(source, name) {
  await page.goto("/tasks/create");
  await page.getByLabel("Name", { exact: true }).first().fill(name);
  const field = page.getByPlaceholder("New label, for example car");
  await field.fill("thing");
  await field.press("Enter");
  await page.getByText(source, { exact: true }).click();
}

/** Presses the button and waits for the task's page; returns the task as the server has it. */
async function created() {
  await page.getByRole("button", { name: "Create task" }).click();
  await page.waitForURL(/\/tasks\/\d+$/, { timeout: 60_000 });
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
  return call(page, "GET", `/api${new URL(page.url()).pathname}`);
}

async function namesOf(taskId) {
  const { frames } = await call(page, "GET", `/api/tasks/${taskId}/data/meta`);
  return frames.map(({ name }) => name);
}

test("a folder of the file share becomes a task, another is browsed and searched", async () => {
  for (const photograph of photographs.slice(0, 3)) {
    put(join(SHARE, "street", basename(photograph)), photograph);
  }
  put(join(SHARE, "night", "sky", "rocket.jpg"), photographs[3]);
  await newTask("File share", "From the share");
  await page.getByRole("button", { name: "night" }).click();
  await page.getByRole("button", { name: "sky" }).click();
  await page.getByLabel("Choose rocket.jpg").check();
  await page.getByRole("button", { name: "File share" }).click();
  await page.getByPlaceholder("Beginning of a name").fill("str");
  await page.getByText("night", { exact: true }).waitFor({ state: "detached" });
  await page.getByLabel("Choose street").check();
  await page.getByText("2 chosen").waitFor();
  const task = await created();
  assert.deepEqual(await namesOf(task.id), [
    "night/sky/rocket.jpg",
    "street/astronaut.png",
    "street/chelsea.png",
    "street/coffee.png",
  ]);
  await openJob(page, task.id);
});

test("links are checked as they are typed, fetched by the server, and refused by name", async () => {
  const address = `http://127.0.0.1:${remote.address().port}`;
  await newTask("Links", "From links");
  const links = page.getByRole("textbox", { name: "Links" });
  await links.fill("ftp://example.org/a.jpg");
  await page.getByText("is not a web address").waitFor();
  await links.fill(photographs.map((path) => `${address}/${basename(path)}`).join("\n"));
  await page.getByText("4 files to fetch").waitFor();
  const task = await created();
  assert.equal(task.size, 4);

  await newTask("Links", "From a broken link");
  await links.fill(`${address}/missing.jpg`);
  await page.getByRole("button", { name: "Create task" }).click();
  await page.getByText("missing.jpg").last().waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor({ timeout: 60_000 });
});

test("a folder keeps its paths, so that context images stand beside their frame", async () => {
  const folder = join(scratch, "scene");
  put(join(folder, "chelsea.png"), photographs[0]);
  put(join(folder, "coffee.png"), photographs[1]);
  put(join(folder, "related_images", "chelsea_png", "left.png"), photographs[1]);
  put(join(folder, "related_images", "chelsea_png", "right.png"), photographs[2]);
  await newTask("This computer", "With context");
  await page.locator("input[type=file][webkitdirectory]").setInputFiles(folder);
  await page.getByText("related_images/chelsea_png/left.png").waitFor();
  const task = await created();
  assert.deepEqual(await namesOf(task.id), ["chelsea.png", "coffee.png"]);

  await openJob(page, task.id);
  const panel = page.getByRole("region", { name: "Context images" });
  await panel.locator("img").nth(1).waitFor();
  assert.equal(await panel.locator("img").count(), 2);
  await panel.getByRole("button", { name: "Enlarge context image 1" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Context image 1 of 2").waitFor();
  await page.keyboard.press("ArrowRight");
  await dialog.getByText("Context image 2 of 2").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  await page.keyboard.press("Alt+KeyI");
  await panel.waitFor({ state: "detached" });
  await page.keyboard.press("Alt+KeyI");
  await panel.waitFor();
  // The other frame has none.
  await page.keyboard.press("KeyF");
  await panel.waitFor({ state: "detached" });
});

test("an archive becomes a task", async () => {
  const files = photographs.map((path) => [`photos/${basename(path)}`, readFileSync(path)]);
  const buffer = Buffer.from(zipSync(Object.fromEntries(files), { level: 0 }));
  await newTask("This computer", "From an archive");
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name: "photos.zip", mimeType: "application/zip", buffer });
  const task = await created();
  assert.equal(task.size, 4);
  await page.goto(`/tasks/${task.id}`);
  await page.getByRole("link", { name: /^Job #/ }).click();
  await editorReady(page);
});
