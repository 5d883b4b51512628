// What a person does with tasks, as steps of journeys.

/** Creates a task through the page and waits until its jobs are there; returns its id. */
export async function createTask(page, { name, labels, files }) {
  await page.goto("/tasks");
  await page.getByRole("link", { name: "New task" }).first().click();
  await page.getByLabel("Name", { exact: true }).first().fill(name);
  for (const label of labels) {
    const field = page.getByPlaceholder("New label, for example car");
    await field.fill(label);
    await field.press("Enter");
  }
  await page.locator("input[type=file]").first().setInputFiles(files);
  await page.getByRole("button", { name: "Create task" }).click();
  await page.waitForURL(/\/tasks\/\d+$/, { timeout: 60_000 });
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
  return Number(new URL(page.url()).pathname.split("/").at(-1));
}

/** Opens the first job of a task and waits until its first picture is shown. */
export async function openJob(page, taskId) {
  await page.goto(`/tasks/${taskId}`);
  await page
    .getByRole("link", { name: /^Job #/ })
    .first()
    .click();
  await editorReady(page);
}

/** The editor is open and shows a picture. */
export async function editorReady(page) {
  await page.waitForFunction(() => window.__editor && window.__editor.picture() !== null);
}

/** Runs a command of the editor by its name. */
export async function runCommand(page, name) {
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("Find a command").fill(name);
  await page.keyboard.press("Enter");
}

/** Chooses a format in the open dialog. */
export async function chooseFormat(page, format) {
  await page.getByRole("dialog").getByLabel("Format").first().click();
  const name = page.getByText(format, { exact: true });
  await page.getByRole("option").filter({ has: name }).click();
}

/** Exports through the open dialog with a format and returns the path of the downloaded file. */
export async function exportThroughDialog(page, format) {
  const dialog = page.getByRole("dialog");
  await chooseFormat(page, format);
  await dialog.getByRole("button", { name: "Export" }).click();
  const link = dialog.getByRole("link", { name: "Download" });
  await link.waitFor({ timeout: 60_000 });
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return download.path();
}
