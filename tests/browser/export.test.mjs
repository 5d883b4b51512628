// What is exported, in which format, where to, and what the format could not hold.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { unzipSync } from "../../static/node_modules/fflate/esm/index.mjs";
import { annotatedTask } from "./annotated.mjs";
import { call } from "./api.mjs";
import { openBrowser } from "./browser.mjs";
import { expectValue } from "./fields.mjs";
import { photographAll, speak } from "./looks.mjs";
import { signInAsNewcomer } from "./newcomers.mjs";
import { startS3 } from "./s3.mjs";
import { chooseFormat, exportThroughDialog, openJob, runCommand } from "./tasks.mjs";

const BUCKET = "datasets";

let browser;
let page;
let taskId;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await browser.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signInAsNewcomer(page, "emilia");
  taskId = await annotatedTask(page, "Exports");
});
after(() => browser.close());

function dialog() {
  return page.getByRole("dialog");
}

async function openExport() {
  await page.goto(`/tasks/${taskId}`);
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
  await page.keyboard.press("e");
  await dialog().getByLabel("Format").first().waitFor();
}

function options() {
  return page.getByRole("option");
}

test("formats are found by name, by purpose and by what they hold", async () => {
  await openExport();
  const format = dialog().getByLabel("Format").first();
  await dialog().getByText("Boxes, polygons and masks").waitFor();
  await expectValue(format, "COCO 1.0");
  await format.click();
  await page.getByText("Segmentation", { exact: true }).waitFor();
  assert.ok((await options().count()) > 2);
  await photographAll(page, "export-formats");
  await format.fill("keyframes");
  await options().nth(1).waitFor({ state: "hidden" });
  assert.match(await options().first().textContent(), /^CVAT for video 1.1/);
  await page.keyboard.press("Enter");
  await expectValue(format, "CVAT for video 1.1");
  assert.equal(await dialog().getByText("3D", { exact: true }).count(), 0);
  await page.keyboard.press("Escape");
});

test("a name that some client could not store is refused while it is typed", async () => {
  await openExport();
  const name = dialog().getByLabel("File name");
  await name.fill("кошки.zip");
  await dialog().getByText("Latin letters").waitFor();
  assert.ok(await dialog().getByRole("button", { name: "Export" }).isDisabled());
  await photographAll(page, "export-name");
  await name.fill("cats");
  await dialog().getByText("for example cats.zip").waitFor();
  await page.keyboard.press("Escape");
});

test("a file gets the name that was chosen, and a report says what became of what", async () => {
  await openExport();
  await dialog().getByLabel("File name").fill("all of it.zip");
  await chooseFormat(page, "COCO 1.0");
  await dialog().getByRole("button", { name: "Export" }).click();
  const link = dialog().getByRole("link", { name: "Download" });
  await link.waitFor({ timeout: 60_000 });
  await dialog()
    .getByText(/^Exported \d objects on \d frames$/)
    .waitFor();
  await dialog().getByText("Left out", { exact: true }).first().waitFor();
  await dialog().getByText("Rectangles").waitFor();
  await photographAll(page, "export-report");
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.equal(download.suggestedFilename(), "all of it.zip");
  const names = Object.keys(unzipSync(readFileSync(await download.path())));
  assert.ok(names.includes("annotations/instances_default.json"), names.join());
});

test("the report can be sent to someone as text", async () => {
  await dialog().getByRole("button", { name: "Copy as text" }).click();
  await dialog().getByRole("button", { name: "Copied" }).waitFor();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(text, /^COCO 1\.0: Exported \d objects on \d frames\n/);
  assert.match(text, /\n {2}Rectangles: 2\n/);
});

test("a format that holds everything says so", async () => {
  await dialog().getByRole("button", { name: "Another export" }).click();
  await exportThroughDialog(page, "CVAT for images 1.1");
  await dialog().getByText("The format holds all of it").waitFor();
  await photographAll(page, "export-complete");
  await page.keyboard.press("Escape");
});

test("the format that was used last is chosen, and those before it come first", async () => {
  await openExport();
  await dialog().getByText("image by image").waitFor();
  await expectValue(dialog().getByLabel("Format").first(), "CVAT for images 1.1");
  await dialog().getByLabel("Format").first().click();
  await page.getByText("Used last").waitFor();
  assert.match(await options().nth(0).textContent(), /^CVAT for images 1.1/);
  assert.match(await options().nth(1).textContent(), /^COCO 1.0/);
  await page.keyboard.press("Escape");
});

test("reports are under Requests for as long as the files are", async () => {
  await page.goto("/requests");
  const row = page.getByRole("row").filter({ hasText: "COCO 1.0" });
  await row.getByText("Exports").waitFor();
  await photographAll(page, "requests");
  await row.getByRole("button", { name: "Report" }).click();
  await dialog().getByText("Rectangles").waitFor();
  await photographAll(page, "requests-report");
  await page.keyboard.press("Escape");
  assert.ok(await row.getByRole("link", { name: "Download" }).isVisible());
});

test("what runs can be cancelled, and is then no failure", async () => {
  let cancelled = false;
  let asked = 0;
  const running = { status: "started", progress: 0.4, message: "Files are being written" };
  await page.route(/\/api\/requests\/action/, async (route) => {
    if (route.request().method() === "POST") {
      asked++;
      cancelled = true;
      return route.fulfill({ status: 200, body: "" });
    }
    const answer = await route.fetch();
    const over = { status: "failed", message: "Cancelled by the user." };
    const json = { ...(await answer.json()), result_url: null, ...(cancelled ? over : running) };
    return route.fulfill({ json });
  });
  await openExport();
  await dialog().getByRole("button", { name: "Export" }).click();
  await dialog().getByText("Files are being written").waitFor();
  await dialog().getByText("You may close this").waitFor();
  await photographAll(page, "export-running");
  await dialog().getByRole("button", { name: "Cancel" }).click();
  await dialog().getByText("You have cancelled this").waitFor();
  assert.equal(asked, 1);
  await page.unroute(/\/api\/requests\/action/);
  await page.keyboard.press("Escape");
});

test("an export goes to a cloud storage, under the name that was chosen", async () => {
  const s3 = await startS3(BUCKET, {});
  try {
    const { id } = await call(page, "POST", "/api/cloudstorages", {
      provider_type: "AWS_S3_BUCKET",
      resource: BUCKET,
      display_name: "Datasets",
      credentials_type: "KEY_SECRET_KEY_PAIR",
      key: s3.key,
      secret_key: s3.secretKey,
      specific_attributes: `endpoint_url=${encodeURIComponent(s3.endpoint)}`,
    });
    await openExport();
    await dialog().getByText("Cloud storage", { exact: true }).click();
    assert.ok(await dialog().getByRole("button", { name: "Export" }).isDisabled());
    await dialog().getByPlaceholder("Choose a storage").click();
    await page.getByRole("option", { name: "Datasets" }).click();
    await dialog().getByLabel("File name").fill("to-storage.zip");
    await photographAll(page, "export-cloud");
    await dialog().getByRole("button", { name: "Export" }).click();
    await dialog().getByText("The file is in the cloud storage.").waitFor({ timeout: 60_000 });
    assert.equal(await dialog().getByRole("link", { name: "Download" }).count(), 0);
    const { content } = await call(page, "GET", `/api/cloudstorages/${id}/content-v2`);
    assert.deepEqual(
      content.map(({ name }) => name),
      ["to-storage.zip"],
    );
    await goesToItsStorage(id);
    await call(page, "DELETE", `/api/cloudstorages/${id}`);
  } finally {
    await s3.stop();
  }
});

/** The dialogs of a task, its job and a project choose the storage that their files go to. */
async function goesToItsStorage(storageId) {
  const target_storage = { location: "cloud_storage", cloud_storage_id: storageId };
  await call(page, "PATCH", `/api/tasks/${taskId}`, { target_storage });
  const { id: own } = await call(page, "POST", "/api/projects", {
    name: "With a storage",
    target_storage,
  });
  const { id: none } = await call(page, "POST", "/api/projects", { name: "Without a storage" });
  const chosen = () => dialog().getByLabel("Cloud storage").last();

  await openExport();
  assert.equal(await textOf(chosen()), "Datasets");
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  await page.keyboard.press("b");
  assert.equal(await textOf(chosen()), "Datasets");

  await openJob(page, taskId);
  await runCommand(page, "Export annotations");
  assert.equal(await textOf(chosen()), "Datasets");

  for (const [project, isItsOwn] of [
    [own, true],
    [none, false],
  ]) {
    await page.goto(`/projects/${project}`);
    await page.getByRole("button", { name: "Export" }).click();
    await dialog().getByLabel("File name").waitFor();
    assert.equal(await dialog().getByRole("radio", { name: "Download" }).isChecked(), !isItsOwn);
    if (isItsOwn) assert.equal(await textOf(chosen()), "Datasets");
    await call(page, "DELETE", `/api/projects/${project}`);
  }
  const local = { location: "local", cloud_storage_id: null };
  await call(page, "PATCH", `/api/tasks/${taskId}`, { target_storage: local });
}

/** What a field says once it says something. */
async function textOf(field) {
  await field.waitFor();
  const handle = await field.elementHandle();
  await page.waitForFunction((element) => element.value !== "", handle);
  return field.inputValue();
}

test("all of it is said in Russian too", async () => {
  await page.goto(`/tasks/${taskId}`);
  await speak(page, "ru");
  await page.getByRole("heading", { name: "Задания" }).waitFor();
  await page.keyboard.press("e");
  const format = dialog().getByLabel("Формат").first();
  await format.click();
  await page.getByText("Недавние").waitFor();
  await photographAll(page, "export-formats-ru");
  const name = page.getByText("COCO 1.0", { exact: true });
  await page.getByRole("option").filter({ has: name }).click();
  await dialog().getByRole("button", { name: "Экспортировать" }).click();
  await dialog()
    .getByText(/^Экспортировано: \d объект/)
    .waitFor({ timeout: 60_000 });
  const parts = await dialog().locator("h3, p, li, span, div[class*=Alert]").allTextContents();
  await photographAll(page, "export-report-ru");
  const english = parts.filter((part) => /[a-z]{3,} [a-z]{3,}/.test(part));
  assert.deepEqual(english, [], "lines in English");
  await page.goto("/requests");
  await page
    .getByText(/^Экспортировано/)
    .first()
    .waitFor();
  await photographAll(page, "requests-ru");
  await speak(page, "en");
});
