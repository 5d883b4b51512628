// Frame N is the same picture for the browser as for a plain decode of the whole file: for every
// frame of videos that players disagree about, whichever way the browser gets them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, signIn } from "./browser.mjs";
import { python, REPOSITORY } from "./server.mjs";
import { createVideoTask, fingerprints, openVideo } from "./video-tasks.mjs";

const FOLDER = mkdtempSync(join(tmpdir(), "skylabel-awkward-"));
execFileSync(python(), ["-m", "tests.support.awkward_videos", FOLDER], { cwd: REPOSITORY });
const VIDEOS = Object.entries(JSON.parse(readFileSync(join(FOLDER, "expected.json"), "utf8")));

/** Mean difference of a cell's colour, of 255, that conversions of colour may cost. */
const TOLERANCE = { packets: 2, pictures: 2 };
/** Frames that differ less than this are not told apart. */
const ALIKE = 0.5;

/** Videos that this browser decodes from their own packets. */
const BY_PACKETS = /^(h264|vp9|av1)/;
/** Their packets do not lie in the file as one piece each. */
const SCATTERED = new Set(["h264.ts"]);

/** Odd sizes and orientations, where a copy could go wrong. */
const COPIED = new Set(["h264-rotated.mp4", "h264-mirrored.mp4", "vp9-odd.webm", "av1-odd.mp4"]);

let browser;
let page;
const tasks = new Map();
const requested = [];

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  page.on("request", (request) => requested.push(new URL(request.url())));
  await signIn(page);
});
after(async () => {
  await browser.close();
  rmSync(FOLDER, { recursive: true, force: true });
});

for (const [name, expected] of VIDEOS) {
  test(`${name} (${expected.why}): from its packets where the browser can`, async () => {
    tasks.set(name, await createVideoTask(page, join(FOLDER, name)));
    requested.length = 0;
    await check(page, name, expected, TOLERANCE.packets);
    if (BY_PACKETS.test(name) && !SCATTERED.has(name)) {
      assert.deepEqual(picturesOf(requested), [], "pictures were asked for");
      assert.ok(requested.some(({ pathname }) => pathname.endsWith("/data/index")));
    } else {
      assert.notEqual(picturesOf(requested).length, 0);
    }
  });
}

test("without a decoder the same frames are shown by pictures", async (t) => {
  await page.addInitScript(() => delete window.VideoDecoder);
  for (const [name, expected] of VIDEOS) {
    await t.test(name, async () => {
      requested.length = 0;
      await check(page, name, expected, TOLERANCE.pictures);
      assert.ok(picturesOf(requested).includes("chunk"));
    });
  }
});

test("where only hardware decodes, frames are copied out of it and are the same", async (t) => {
  const other = await browser.context.newPage();
  await other.addInitScript(() => {
    const ask = VideoDecoder.isConfigSupported;
    VideoDecoder.isConfigSupported = (config) =>
      config.hardwareAcceleration === "prefer-software"
        ? Promise.resolve({ supported: false, config })
        : ask(config);
  });
  for (const [name, expected] of VIDEOS.filter(([name]) => COPIED.has(name))) {
    await t.test(name, async () => {
      await check(other, name, expected, TOLERANCE.packets);
    });
  }
  await other.close();
});

/** Looks at every frame, forwards, backwards and at random. */
async function check(page, name, expected, tolerance) {
  await openVideo(page, tasks.get(name));
  const size = await page.evaluate(() => window.__editor.pictureSize());
  assert.deepEqual(size, [expected.width, expected.height]);
  const forwards = Array.from({ length: expected.frames }, (_, frame) => frame);
  const order = [...forwards, ...forwards.toReversed(), ...shuffled(forwards)];
  const seen = await fingerprints(page, order);
  for (const [at, frame] of order.entries()) {
    assertIsFrame(seen[at], frame, expected.fingerprints, tolerance);
  }
}

function assertIsFrame(seen, frame, truth, tolerance) {
  const own = difference(seen, truth[frame]);
  assert.ok(own <= tolerance, `frame ${frame} differs by ${own}`);
  for (const [other, print] of truth.entries()) {
    if (difference(print, truth[frame]) < ALIKE) continue;
    assert.ok(own < difference(seen, print), `frame ${frame} looks like frame ${other}`);
  }
}

function difference(one, other) {
  return one.reduce((sum, value, at) => sum + Math.abs(value - other[at]), 0) / one.length;
}

/** Kinds of pictures that were asked of the server. */
function picturesOf(urls) {
  return urls
    .filter(({ pathname }) => /\/api\/jobs\/\d+\/data$/.test(pathname))
    .map(({ searchParams }) => searchParams.get("type"));
}

/** The same disorder each time: steps of a number that has no divisor in common with the count. */
function shuffled(frames) {
  const step = [29, 31, 37].find((prime) => frames.length % prime !== 0);
  return frames.map((_, at) => (at * step) % frames.length);
}
