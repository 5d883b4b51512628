// Uploads that the network disturbs, imports, and lists that cannot be had.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, signIn } from "./browser.mjs";
import { expectValue } from "./fields.mjs";
import { photographs } from "./media.mjs";
import { chooseFormat, createTask } from "./tasks.mjs";

let browser;
let page;
let taskId;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
});
after(() => browser.close());

/** One rectangle on the photograph of the cat, as COCO. */
function coco(category) {
  const [width, height] = [451, 300];
  return {
    images: [{ id: 1, file_name: "chelsea.png", width, height }],
    categories: [{ id: 1, name: category }],
    annotations: [
      { id: 1, image_id: 1, category_id: 1, bbox: [10, 20, 100, 50], area: 5000, iscrowd: 0 },
    ],
  };
}

function file(name, content) {
  return { name, mimeType: "application/json", buffer: Buffer.from(JSON.stringify(content)) };
}

async function shapes() {
  const answer = await page.request.get(`/api/tasks/${taskId}/annotations/`);
  return (await answer.json()).shapes;
}

async function importFile(upload, mode) {
  await page.goto(`/tasks/${taskId}`);
  await page.getByRole("button", { name: "Import" }).click();
  const dialog = page.getByRole("dialog");
  await chooseFormat(page, "COCO 1.0");
  await dialog.locator("input[type=file]").setInputFiles(upload);
  await dialog.getByText(mode, { exact: true }).click();
  await dialog.getByRole("button", { name: "Import" }).click();
  const replace = dialog.getByRole("button", { name: /^Replace \d/ });
  if (mode === "Replace" && (await shapes()).length > 0) await replace.click();
  return dialog;
}

/** Presigned links of the bucket: uploads and pictures. */
const LINK = /\/skylabel-media\/.*X-Amz-Signature=/;

test("an upload that breaks off says so, and goes on when asked", async () => {
  let refused = 0;
  await page.route(LINK, (route) => {
    if (route.request().method() !== "PUT") return route.continue();
    refused++;
    return route.fulfill({ status: 403, body: "expired" });
  });
  await page.goto("/tasks/create");
  const field = page.getByPlaceholder("New label, for example car");
  await field.fill("cat");
  await field.press("Enter");
  await page.locator("input[type=file]").first().setInputFiles(photographs);
  await page.getByRole("button", { name: "Create task" }).click();
  await page.getByText("The upload stopped").waitFor();
  assert.ok(refused > 0);
  await page.unroute(LINK);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.waitForURL(/\/tasks\/\d+$/, { timeout: 60_000 });
  await page.getByRole("heading", { name: "chelsea", level: 1 }).waitFor();
});

test("leaving while files are on their way asks first", async () => {
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await page.route(LINK, async (route) => {
    if (route.request().method() === "PUT") await held;
    await route.continue();
  });
  await page.goto("/tasks/create");
  const field = page.getByPlaceholder("New label, for example car");
  await field.fill("cat");
  await field.press("Enter");
  await page.locator("input[type=file]").first().setInputFiles(photographs.slice(0, 1));
  await page.getByRole("button", { name: "Create task" }).click();
  await page.getByText("Uploading").waitFor();
  await page.getByRole("link", { name: "Projects" }).click();
  const question = page.getByRole("dialog", { name: "Stop the upload?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  release();
  await page.waitForURL(/\/tasks\/\d+$/, { timeout: 60_000 });
  await page.unroute(LINK);
});

test("annotations are imported in place of others, or beside them", async () => {
  taskId = await createTask(page, { name: "Imports", labels: ["cat"], files: photographs });
  for (const [mode, count] of [
    ["Replace", 1],
    ["Add", 2],
    ["Replace", 1],
  ]) {
    const dialog = await importFile(file("cats.json", coco("cat")), mode);
    await dialog.getByRole("status").filter({ hasText: /\w/ }).first().waitFor();
    await dialog.getByRole("button", { name: "Import" }).waitFor({ state: "detached" });
    assert.equal((await shapes()).length, count, mode);
  }
  const [shape] = await shapes();
  assert.deepEqual(shape.points, [10, 20, 110, 70]);
});

test("a file whose kind tells its format needs no choice of it", async () => {
  await page.goto(`/tasks/${taskId}`);
  await page.getByRole("button", { name: "Import" }).click();
  const dialog = page.getByRole("dialog");
  const format = dialog.getByLabel("Format").first();
  await format.focus();
  assert.equal(await page.getByRole("option").count(), 0, "the list covers the field of the file");
  await dialog.locator("input[type=file]").setInputFiles(file("boxes.json", coco("cat")));
  await expectValue(format, "COCO 1.0");
  await dialog.getByRole("button", { name: "Close" }).last().click();
});

test("a file whose labels the task does not have is refused with what to do", async () => {
  const dialog = await importFile(file("dogs.json", coco("dog")), "Replace");
  await dialog.getByText("The server could not finish this").waitFor();
  await dialog.getByText("Nothing was changed.").waitFor();
  assert.equal((await shapes()).length, 1);
});

test("a list that the server cannot give says so and can be asked for again", async () => {
  const list = /\/api\/tasks\?/;
  await page.route(list, (route) => route.fulfill({ status: 500, json: { detail: "broken" } }));
  await page.goto("/tasks");
  await page.getByText("This did not work").waitFor();
  await page.unroute(list);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: "Imports" }).waitFor();
});

test("pages that do not exist, or that one may not see, say so", async () => {
  await page.goto("/no/such/page");
  await page.getByText("There is no such page").waitFor();
  await page.goto("/tasks/999999");
  await page.getByText("This does not exist, or no longer.").waitFor();
});
