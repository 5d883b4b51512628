// Media that are not chosen file by file: a share, links, a folder with context images, an archive.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { zipSync } from "../../static/node_modules/fflate/esm/index.mjs";
import { call } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { photograph } from "./editor.mjs";
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

async function editorAgain() {
  await page.reload();
  await editorReady(page);
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
  await photograph(page, "context-strip");
  // The strip lies below the stage, and the whole picture lies on what is left of it.
  const [strip, stage] = [
    await panel.boundingBox(),
    await page.getByTestId("canvas").boundingBox(),
  ];
  assert.ok(strip.y >= stage.y + stage.height - 1);
  const bottom = await page.evaluate(() => window.__editor.toClient({ x: 451, y: 300 }));
  assert.ok(bottom.y < strip.y, "the strip covers the picture");
  assert.equal(await panel.locator("img").count(), 2);
  await panel.getByRole("button", { name: "Enlarge context image 1" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Context image 1 of 2").waitFor();
  await page.keyboard.press("ArrowRight");
  await dialog.getByText("Context image 2 of 2").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  await page.keyboard.press("Alt+KeyI");
  await panel.locator("img").first().waitFor({ state: "detached" });
  const folded = await page.getByTestId("canvas").boundingBox();
  assert.ok(folded.height > stage.height + 100);
  // Folded is remembered, and the picture takes the room.
  await editorAgain();
  assert.equal(await panel.locator("img").count(), 0);
  const lower = await page.evaluate(() => window.__editor.toClient({ x: 451, y: 300 }));
  assert.ok(lower.y > bottom.y + 20);
  await panel.getByRole("button", { name: "Context images" }).click();
  await panel.locator("img").first().waitFor();
  // The other frame has none: the strip stays, so that the stage does.
  await page.keyboard.press("KeyF");
  await panel.getByText("No context images beside this frame").waitFor();
  assert.deepEqual(await page.getByTestId("canvas").boundingBox(), stage);
  // Stills have no playback speed.
  assert.equal(await page.getByLabel("Playback speed").count(), 0);
});

test("what is of no use in a folder is left out by name", async () => {
  const folder = join(scratch, "stray");
  put(join(folder, "chelsea.png"), photographs[0]);
  writeFileSync(join(folder, "notes.txt"), "sunny");
  writeFileSync(join(folder, ".DS_Store"), "x");
  writeFileSync(join(folder, "empty.png"), "");
  await newTask("This computer", "With strays");
  await page.locator("input[type=file][webkitdirectory]").setInputFiles(folder);
  await page.getByText(/files left out: .*notes\.txt/).waitFor();
  // A file that is chosen singly is meant: it must be removed knowingly.
  await page.locator("input[type=file]").first().setInputFiles(join(folder, "notes.txt"));
  await page.getByText("is nothing that Skylabel can show").waitFor();
  await page.getByText(/files left out/).waitFor();
  await photograph(page, "create-strays");
  assert.ok(await page.getByRole("button", { name: "Create task" }).isDisabled());
  await page.getByRole("button", { name: "Remove 1 unusable file" }).click();
  const task = await created();
  assert.deepEqual(await namesOf(task.id), ["chelsea.png"]);

  // One picture is no film: there is nothing to play and nowhere to slide.
  await openJob(page, task.id);
  await page.getByText("chelsea.png").waitFor();
  assert.equal(await page.getByTestId("scrubber").count(), 0);
  assert.equal(await page.getByRole("button", { name: "Play or pause" }).count(), 0);
  await photograph(page, "single-frame");
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

test("a task of point clouds says that they cannot be annotated here yet", async () => {
  const header = "VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\n";
  const size = "WIDTH 2\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 2\nDATA ascii\n";
  const buffer = Buffer.from(`${header}${size}0 0 0\n1 2 3\n`);
  await newTask("This computer", "Point clouds");
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name: "1.pcd", mimeType: "application/octet-stream", buffer });
  const task = await created();
  assert.equal(task.dimension, "3d");
  await page.getByText("Point clouds cannot be annotated here yet").waitFor();
});
