// Annotations come from a file or a storage, take the place of others or stand beside them, and
// what could not be taken is said.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { strToU8, zipSync } from "../../static/node_modules/fflate/esm/index.mjs";
import { annotatedTask } from "./annotated.mjs";
import { annotationsOf, call } from "./api.mjs";
import { openBrowser } from "./browser.mjs";
import { expectValue } from "./fields.mjs";
import { photographAll, speak } from "./looks.mjs";
import { photographs } from "./media.mjs";
import { signInAsNewcomer } from "./newcomers.mjs";
import { startS3 } from "./s3.mjs";

let browser;
let page;
let taskId;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signInAsNewcomer(page, "irmgard");
  taskId = await annotatedTask(page, "Imports");
});
after(() => browser.close());

function dialog() {
  return page.getByRole("dialog");
}

/** A rectangle of each label on the photograph of the cat, and one on a picture that is not here. */
function coco(...names) {
  const categories = names.map((name, index) => ({ id: index + 1, name }));
  const box = { bbox: [10, 20, 100, 50], area: 5000, iscrowd: 0 };
  return {
    images: [
      { id: 1, file_name: "chelsea.png", width: 451, height: 300 },
      { id: 2, file_name: "nowhere.png", width: 451, height: 300 },
    ],
    categories,
    annotations: [
      ...categories.map(({ id }) => ({ id, image_id: 1, category_id: id, ...box })),
      { id: 100, image_id: 2, category_id: 1, ...box },
    ],
  };
}

function file(name, content) {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(text) };
}

async function openImport() {
  await page.goto(`/tasks/${taskId}`);
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
  await page.keyboard.press("i");
  await dialog().getByLabel("Format").first().waitFor();
}

async function choose(upload) {
  await dialog().locator("input[type=file]").setInputFiles(upload);
}

function format() {
  return dialog().getByLabel("Format").first();
}

/** Types into the field of the format, and takes what that finds. */
async function typeFormat(text) {
  await format().click();
  await format().fill("");
  await format().pressSequentially(text);
}

test("the file tells its format, and a choice that was made stays", async () => {
  await openImport();
  await photographAll(page, "import-empty");
  await choose(file("boxes.json", coco("cat")));
  await dialog().getByText("Told by the file").waitFor();
  await expectValue(format(), "COCO 1.0");
  const archive = zipSync({ "annotations.xml": strToU8("<annotations/>") });
  await choose({ name: "a.zip", mimeType: "application/zip", buffer: Buffer.from(archive) });
  await page.waitForFunction((field) => field.value === "CVAT 1.1", await format().elementHandle());
  await typeFormat("coco");
  await page.keyboard.press("Enter");
  await expectValue(format(), "COCO 1.0");
  await choose({ name: "a.zip", mimeType: "application/zip", buffer: Buffer.from(archive) });
  await dialog().getByText("a.zip").waitFor();
  await expectValue(format(), "COCO 1.0");
  await page.keyboard.press("Escape");
});

test("a file that is chosen before the formats have come tells its format, too", async () => {
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  const formats = "**/api/server/annotation/formats";
  await page.route(formats, async (route) => {
    await held;
    await route.continue();
  });
  await openImport();
  await choose(file("boxes.json", coco("cat")));
  await dialog().getByText("boxes.json").waitFor();
  release();
  await dialog().getByText("Told by the file").waitFor();
  await expectValue(format(), "COCO 1.0");
  await page.unroute(formats);
  await page.keyboard.press("Escape");
});

test("a file is dropped", async () => {
  await openImport();
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["<annotations><version>1.1</version></annotations>"], "cats.xml"));
    return data;
  });
  const area = dialog().getByRole("region", { name: "File" });
  await area.dispatchEvent("dragover", { dataTransfer: transfer });
  await photographAll(page, "import-over");
  await area.dispatchEvent("drop", { dataTransfer: transfer });
  await dialog().getByText("cats.xml").waitFor();
  await photographAll(page, "import-chosen");
  await dialog().getByRole("button", { name: "Remove the file" }).click();
  await dialog().getByText("Drop a file here").waitFor();
  await page.keyboard.press("Escape");
});

test("what replacing deletes is counted and asked about first", async () => {
  const before = await annotationsOf(page, taskId);
  await openImport();
  await choose(file("boxes.json", coco("cat", "zebra", "okapi")));
  await dialog().getByRole("button", { name: "Import" }).click();
  const question = dialog().getByRole("alertdialog");
  await question.getByText("5 objects will be deleted").waitFor();
  await photographAll(page, "import-replace");
  await question.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await annotationsOf(page, taskId)).shapes.length, before.shapes.length);
  await dialog().getByRole("button", { name: "Import" }).click();
  await question.getByRole("button", { name: "Replace 5 objects" }).click();
  await dialog().getByText("Imported 1 object on 1 frame").waitFor({ timeout: 60_000 });
  const { shapes, tags } = await annotationsOf(page, taskId);
  assert.deepEqual(
    shapes.map(({ points }) => points),
    [[10, 20, 110, 70]],
  );
  assert.deepEqual(tags, []);
});

test("the report names what was left out: labels, pictures, files", async () => {
  await dialog().getByText("Labels that are not here").waitFor();
  await dialog().getByText("zebra", { exact: true }).waitFor();
  await dialog().getByText("nowhere.png").waitFor();
  await dialog().getByText("1 file").click();
  await dialog().getByRole("cell", { name: "boxes.json" }).waitFor();
  await photographAll(page, "import-report");
  await dialog().getByRole("button", { name: "Close" }).last().click();
});

test("what is added stands beside what is there, without a question", async () => {
  await openImport();
  await choose(file("boxes.json", coco("cat")));
  await dialog().getByText("Add", { exact: true }).click();
  await dialog().getByRole("button", { name: "Import" }).click();
  await dialog().getByText("Imported 1 object on 1 frame").waitFor({ timeout: 60_000 });
  assert.equal((await annotationsOf(page, taskId)).shapes.length, 2);
  await page.keyboard.press("Escape");
});

test("a damaged file changes nothing, and says where it is damaged and what to do", async () => {
  await openImport();
  await choose(file("boxes.json", '{"images": [], "annotations": ['));
  await dialog().getByText("Add", { exact: true }).click();
  await dialog().getByRole("button", { name: "Import" }).click();
  await dialog().getByText("The server could not finish this").waitFor({ timeout: 60_000 });
  await dialog()
    .getByText(/boxes\.json/)
    .last()
    .waitFor();
  await dialog().getByText("Nothing was changed.").waitFor();
  await photographAll(page, "import-failed");
  assert.equal((await annotationsOf(page, taskId)).shapes.length, 2);
  await page.keyboard.press("Escape");
});

test("a file of a cloud storage is found by its beginning and imported", async () => {
  const path = join(tmpdir(), `skylabel-boxes-${process.pid}.json`);
  writeFileSync(path, JSON.stringify(coco("cat")));
  const s3 = await startS3("imports", {
    "exports/boxes.json": path,
    "exports/cat.png": photographs[0],
  });
  try {
    const { id } = await call(page, "POST", "/api/cloudstorages", {
      provider_type: "AWS_S3_BUCKET",
      resource: "imports",
      display_name: "Imports",
      credentials_type: "KEY_SECRET_KEY_PAIR",
      key: s3.key,
      secret_key: s3.secretKey,
      specific_attributes: `endpoint_url=${encodeURIComponent(s3.endpoint)}`,
    });
    await openImport();
    await typeFormat("coco");
    await page.keyboard.press("Enter");
    await dialog().getByText("From a cloud storage").click();
    await dialog().getByPlaceholder("Choose a storage").click();
    await page.getByRole("option", { name: "Imports" }).click();
    await dialog().getByLabel("File", { exact: true }).fill("exp");
    await page.getByRole("option", { name: "exports/", exact: true }).click();
    await dialog().getByLabel("File", { exact: true }).click();
    await page.getByRole("option", { name: "exports/boxes.json" }).waitFor();
    assert.equal(await page.getByRole("option", { name: "cat.png" }).count(), 0);
    await photographAll(page, "import-cloud");
    await page.getByRole("option", { name: "exports/boxes.json" }).click();
    await dialog().getByText("Add", { exact: true }).click();
    await dialog().getByRole("button", { name: "Import" }).click();
    await dialog().getByText("Imported 1 object on 1 frame").waitFor({ timeout: 60_000 });
    assert.equal((await annotationsOf(page, taskId)).shapes.length, 3);
    await call(page, "DELETE", `/api/cloudstorages/${id}`);
  } finally {
    rmSync(path);
    await s3.stop();
  }
});

test("a dataset becomes tasks of a project", async () => {
  const labels = [{ name: "cat" }];
  const { id } = await call(page, "POST", "/api/projects", { name: "From a dataset", labels });
  await page.goto(`/projects/${id}`);
  await page.getByRole("heading", { name: "From a dataset", level: 1 }).waitFor();
  await page.keyboard.press("i");
  await dialog().getByText("The images in the file become new tasks").waitFor();
  const archive = zipSync({
    "annotations/instances_default.json": strToU8(JSON.stringify(coco("cat"))),
    "images/default/chelsea.png": readFileSync(photographs[0]),
  });
  await choose({ name: "cats.zip", mimeType: "application/zip", buffer: Buffer.from(archive) });
  await dialog().getByText("Told by the file").waitFor();
  await photographAll(page, "import-project");
  await dialog().getByRole("button", { name: "Import" }).click();
  await dialog().getByText("Imported 1 object on 1 frame").waitFor({ timeout: 60_000 });
  await photographAll(page, "import-project-report");
  await page.keyboard.press("Escape");
  const { results } = await call(page, "GET", `/api/tasks?project_id=${id}`);
  assert.equal(results.length, 1);
  await page.getByRole("link", { name: results[0].name }).waitFor();
  await call(page, "DELETE", `/api/projects/${id}`);
});

test("all of it is said in Russian too", async () => {
  await page.goto(`/tasks/${taskId}`);
  await speak(page, "ru");
  await page.getByRole("heading", { name: "Задания" }).waitFor();
  await page.keyboard.press("i");
  await choose(file("boxes.json", coco("cat", "zebra")));
  await dialog().getByText("Определён по файлу").waitFor();
  await dialog().getByRole("button", { name: "Импортировать" }).click();
  const question = dialog().getByRole("alertdialog");
  await question.getByText(/объекта? будут удалены/).waitFor();
  await photographAll(page, "import-replace-ru");
  await question.getByRole("button", { name: /^Заменить \d/ }).click();
  await dialog().getByText("Импортировано: 1 объект, 1 кадр").waitFor({ timeout: 60_000 });
  await dialog().getByText("Изображения нет в задаче").waitFor();
  await photographAll(page, "import-report-ru");
  await speak(page, "en");
});
