// Takes the picture of the README: starts a server with an empty data directory, fills it
// with the demo, and photographs the editor in Chromium. SKYLABEL_URL photographs a server that is
// running and filled already.
//
//   CHROMIUM  the browser's binary (/usr/bin/chromium)
//   PYTHON    the interpreter that the server runs in (.venv/bin/python)
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  PASSWORD,
  python,
  REPOSITORY,
  startServer,
  USERNAME,
} from "../../tests/browser/server.mjs";

const IMAGES = join(REPOSITORY, "docs", "images");
const VIEWPORT = { width: 1600, height: 960 };

function fillWithDemo(url) {
  const account = ["--username", USERNAME, "--password", PASSWORD];
  const demo = ["-m", "infra.local.demo", "--url", url, ...account];
  const { status } = spawnSync(python(), demo, { cwd: REPOSITORY, stdio: "inherit" });
  if (status !== 0) throw new Error("the demo could not be made");
}

async function quiet(page) {
  await page.waitForLoadState("networkidle");
  // Let a fade of the interface end, and a picture be drawn that has arrived.
  await page.waitForTimeout(800);
}

async function photographEditor(page) {
  await page.goto("/jobs?sort=id");
  await page
    .getByRole("link", { name: /^Job #/ })
    .first()
    .click();
  await page.getByTestId("canvas").waitFor();
  await quiet(page);
  await page.getByRole("option").first().click();
  await quiet(page);
  await page.screenshot({ path: join(IMAGES, "editor.png") });
}

async function photograph(url) {
  process.env.SKYLABEL_URL = url;
  const { openBrowser, signIn } = await import("../../tests/browser/browser.mjs");
  const browser = await openBrowser({ viewport: VIEWPORT, colorScheme: "dark" });
  await signIn(browser.page);
  mkdirSync(IMAGES, { recursive: true });
  await photographEditor(browser.page);
  await browser.close();
}

const scratch = mkdtempSync(join(tmpdir(), "skylabel-screenshots-"));
let server;
try {
  if (!process.env.SKYLABEL_URL) {
    server = await startServer(join(scratch, "data"), join(REPOSITORY, "static", "dist"));
    fillWithDemo(server.url);
  }
  await photograph(process.env.SKYLABEL_URL ?? server.url);
} finally {
  await server?.stop();
  rmSync(scratch, { recursive: true, force: true });
}
