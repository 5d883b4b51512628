// A cloud storage is connected, browsed, made a task of, changed and disconnected.
import assert from "node:assert/strict";
import { basename } from "node:path";
import { after, before, test } from "node:test";
import { call } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { photograph } from "./editor.mjs";
import { photographs } from "./media.mjs";
import { startS3 } from "./s3.mjs";
import { openJob } from "./tasks.mjs";

const BUCKET = "street-photos";

let browser;
let page;
let s3;

before(async () => {
  const files = photographs.map((path, index) => [`day ${index % 2}/${basename(path)}`, path]);
  [browser, s3] = await Promise.all([openBrowser(), startS3(BUCKET, Object.fromEntries(files))]);
  page = browser.page;
  await signIn(page);
});
after(async () => {
  await browser.close();
  await s3.stop();
});

test("wrong credentials are told at once, right ones connect the storage", async () => {
  await page.goto("/cloud-storages");
  await page.getByText("No cloud storage yet").waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").first().fill("Streets");
  await dialog.getByLabel("Bucket").fill(BUCKET);
  await dialog.getByLabel("Endpoint").fill(s3.endpoint);
  await dialog.getByLabel("Access key id").fill(s3.key);
  await dialog.getByLabel("Secret access key").fill("wrong");
  await dialog.getByRole("button", { name: "Connect" }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByLabel("Secret access key").fill(s3.secretKey);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("Available").waitFor();
});

test("files of a storage become a task that reads them where they are", async () => {
  await page.goto("/tasks/create");
  await page.getByLabel("Name", { exact: true }).first().fill("From a storage");
  const field = page.getByPlaceholder("New label, for example car");
  await field.fill("thing");
  await field.press("Enter");
  await page.getByText("Cloud storage", { exact: true }).click();
  await page.getByPlaceholder("Choose a storage").click();
  await page.getByRole("option", { name: "Streets" }).click();
  await page.getByRole("button", { name: "day 0" }).click();
  await page.getByLabel("Choose astronaut.png").check();
  await page.getByRole("button", { name: "Streets" }).click();
  await page.getByLabel("Choose day 1").check();
  await page.getByRole("button", { name: "Create task" }).click();
  await page.waitForURL(/\/tasks\/\d+$/, { timeout: 60_000 });
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
  const task = await call(page, "GET", `/api${new URL(page.url()).pathname}`);
  assert.equal(task.size, 3);
  assert.ok(task.data_cloud_storage_id);
  await openJob(page, task.id);
});

test("a storage is renamed without its credentials, and disconnected", async () => {
  await page.goto("/cloud-storages");
  await page.getByRole("button", { name: "Streets", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").first().fill("Streets by day");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Disconnect Streets by day" }).click();
  await dialog.getByText("cannot show their frames until another storage").waitFor();
  await photograph(page, "storage-disconnect");
  await dialog.getByRole("button", { name: "Disconnect" }).click();
  await page.getByText("No cloud storage yet").waitFor();
});

test("a task whose storage is gone says so, and reads the same files from another", async () => {
  const { id } = await call(page, "POST", "/api/cloudstorages", {
    provider_type: "AWS_S3_BUCKET",
    resource: BUCKET,
    display_name: "Streets again",
    credentials_type: "KEY_SECRET_KEY_PAIR",
    key: s3.key,
    secret_key: s3.secretKey,
    specific_attributes: `endpoint_url=${encodeURIComponent(s3.endpoint)}`,
  });
  await page.goto("/tasks");
  await page.getByRole("link", { name: "From a storage" }).click();
  await page.getByText("It was disconnected").waitFor();
  await photograph(page, "task-storage-gone");
  await page.getByRole("combobox", { name: "Cloud storage" }).click();
  await page.getByRole("option", { name: "Streets again" }).click();
  await page.getByText("It was disconnected").waitFor({ state: "detached" });
  const task = await call(page, "GET", `/api${new URL(page.url()).pathname}`);
  assert.equal(task.data_cloud_storage_id, id);
  await openJob(page, task.id);
});
