// A browser with an empty profile, as a newcomer has it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "../../static/node_modules/playwright-core/index.mjs";
import { PASSWORD, USERNAME } from "./server.mjs";

export const URL_OF_SERVER = process.env.SKYLABEL_URL;

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
];

/**
 * Opens a browser for the tests of one file. `problems` collects what the pages complain of, apart
 * from the server's refusals, which tests provoke on purpose.
 */
export async function openBrowser({ locale = "en-GB", ...options } = {}) {
  const profile = mkdtempSync(join(tmpdir(), "skylabel-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ARGUMENTS,
    viewport: { width: 1366, height: 768 },
    baseURL: URL_OF_SERVER,
    acceptDownloads: true,
    locale,
    ...options,
  });
  context.setDefaultTimeout(20_000);
  const problems = [];
  const watch = (page) => {
    page.on("pageerror", (error) => problems.push(`${error.name}: ${error.message}`));
    page.on("console", (message) => {
      const refusal = message.text().startsWith("Failed to load resource");
      if (["error", "warning"].includes(message.type()) && !refusal) problems.push(message.text());
    });
  };
  context.on("page", watch);
  const page = context.pages()[0] ?? (await context.newPage());
  watch(page);
  return {
    context,
    page,
    problems,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
      assert.deepEqual(problems, [], "the pages complained");
    },
  };
}

/** Signs in through the page, which must be in English. */
export async function signIn(page, username = USERNAME, password = PASSWORD) {
  await page.goto("/sign-in");
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Tasks", level: 1 }).waitFor();
}
