// A video that was cut off: whoever annotates it is told once what was lost.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, signIn } from "./browser.mjs";
import { photograph } from "./editor.mjs";
import { video } from "./media.mjs";
import { python } from "./server.mjs";
import { createVideoTask, openVideo } from "./video-tasks.mjs";

const CUT_OFF = `
import sys, av
from pathlib import Path
source, target = sys.argv[1:]
with av.open(source) as film, av.open(target, "w", options={"movflags": "faststart"}) as copy:
    stream = copy.add_stream_from_template(film.streams.video[0])
    for packet in film.demux(film.streams.video[0]):
        if packet.dts is not None:
            packet.stream = stream
            copy.mux(packet)
whole = Path(target).read_bytes()
Path(target).write_bytes(whole[: len(whole) * 6 // 10])
`;

const scratch = mkdtempSync(join(tmpdir(), "skylabel-cut-off-"));
let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
});
after(async () => {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
});

test("the editor tells what was lost, until the notice is closed", async () => {
  const path = join(scratch, "cut-off.mp4");
  execFileSync(python(), ["-c", CUT_OFF, video, path]);
  const task = await createVideoTask(page, path);
  await openVideo(page, task);
  const notice = page.getByRole("alert").filter({ hasText: "Part of the media was lost" });
  await notice.waitFor();
  await photograph(page, "media-warning");
  // Who reloads without closing it has perhaps not seen it.
  await openVideo(page, task);
  await notice.waitFor();
  await notice.getByRole("button", { name: "Close" }).click();
  await notice.waitFor({ state: "detached" });
  await openVideo(page, task);
  await page.waitForTimeout(500);
  assert.equal(await notice.count(), 0);
});
