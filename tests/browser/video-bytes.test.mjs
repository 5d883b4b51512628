// What playing a film costs the network: its own packets against pictures of them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, signIn } from "./browser.mjs";
import { python, REPOSITORY } from "./server.mjs";
import { createVideoTask, openVideo } from "./video-tasks.mjs";

const FOLDER = mkdtempSync(join(tmpdir(), "skylabel-film-"));
/** 1080p H.264 of 132 frames. */
const FILM = execFileSync(
  python(),
  [
    "-c",
    "import pathlib, sys; from bench import long_videos as films;" +
      "films.FOLDER = pathlib.Path(sys.argv[1]); print(films.full_hd())",
    FOLDER,
  ],
  { cwd: REPOSITORY, encoding: "utf8" },
).trim();
const FRAMES = 132;
const QUALITY = 70;

let browser;
let page;
let fetched = 0;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
});
after(async () => {
  await browser.close();
  rmSync(FOLDER, { recursive: true, force: true });
});

test("original packets are at most a tenth of pictures", async () => {
  const task = await createVideoTask(page, FILM, { image_quality: QUALITY });
  browser.context.on("requestfinished", async (request) => {
    if (!/\/tasks\/\d+\/(raw|index|derived)\//.test(request.url())) return;
    fetched += (await request.sizes()).responseBodySize;
  });
  const packets = await bytesToPlay(task);
  await page.addInitScript(() => delete window.VideoDecoder);
  const pictures = await bytesToPlay(task);
  console.log(`${FRAMES} frames of 1080p: ${packets} bytes of packets, ${pictures} of pictures`);
  assert.ok(packets > 0);
  assert.ok(packets * 10 <= pictures, `${packets} against ${pictures}`);
});

/** Bytes of media that come while every frame is shown in turn. */
async function bytesToPlay(task) {
  await page.goto("/tasks");
  fetched = 0;
  await openVideo(page, task);
  await page.evaluate(async (count) => {
    for (let frame = 0; frame < count; frame += 1) {
      await window.__editor.goTo(frame);
      await new Promise((resolve) => setTimeout(resolve));
    }
  }, FRAMES);
  await page.waitForLoadState("networkidle");
  return fetched;
}
