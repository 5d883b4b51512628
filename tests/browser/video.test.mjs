// A video: a track whose box moves between two keyframes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, signIn } from "./browser.mjs";
import {
  drag,
  drawRectangle,
  expectRecords,
  photograph,
  pickTool,
  records,
  saved,
  shown,
} from "./editor.mjs";
import { video } from "./media.mjs";
import { createTask, editorReady, openJob } from "./tasks.mjs";

const BOX = [100, 60, 180, 160];
const STEPS = 10;
const SHIFT = [60, 20];
const TOLERANCE = 2;
const PLAYED = 40;
const FRAMES = 250;
/** The file as uploaded, in the bucket. */
const VIDEO_FILE = /\/tasks\/\d+\/raw\//;

let browser;
let page;
let taskId;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
});
after(() => browser.close());

test("a video becomes a task with every frame", async () => {
  taskId = await createTask(page, { name: "Cyclists", labels: ["bicycle"], files: [video] });
  const row = page.getByRole("row").filter({ hasText: "Job #" }).first();
  await row.getByText("0–249").waitFor();
});

test("a track drawn on one frame and moved on another has two keyframes", async () => {
  await openJob(page, taskId);
  await pickTool(page, "Rectangle");
  await page.getByRole("radiogroup").getByText("Track", { exact: true }).click();
  await drawRectangle(page, BOX.slice(0, 2), BOX.slice(2));
  await expectRecords(page, 1);
  await page.keyboard.press("v");
  await page.waitForFunction((frame) => window.__editor.picture() === frame, STEPS);
  const middle = [(BOX[0] + BOX[2]) / 2, (BOX[1] + BOX[3]) / 2];
  await drag(page, middle, [middle[0] + SHIFT[0], middle[1] + SHIFT[1]]);
  await page.waitForFunction(() => window.__editor.records()[0].keyframes.length === 2);
  const [track] = await records(page);
  assert.deepEqual(
    track.keyframes.map(({ frame }) => frame),
    [0, STEPS],
  );
});

test("the server interpolates between the keyframes as the editor does", async () => {
  await saved(page);
  await page.reload();
  await editorReady(page);
  const [track] = await records(page);
  const [first, second] = track.keyframes.map(({ points }) => points);
  const moved = second.map((value, index) => value - first[index]);
  for (const [index, value] of moved.entries()) {
    assert.ok(Math.abs(value - SHIFT[index % 2]) <= TOLERANCE, `moved by ${moved}`);
  }
  const jobId = Number(new URL(page.url()).pathname.split("/").at(-1));
  const answer = await page.request.get(`/api/jobs/${jobId}/annotations/`);
  const { tracks } = await answer.json();
  assert.equal(tracks.length, 1);
  assert.deepEqual(
    tracks[0].shapes.map(({ frame, points }) => ({ frame, points })),
    track.keyframes.map(({ frame, points }) => ({ frame, points })),
  );
});

test("keys go from keyframe to keyframe, and end the track where it leaves the picture", async () => {
  await page.keyboard.press("Tab");
  await page.keyboard.press("r");
  await shown(page, STEPS);
  await page.keyboard.press("e");
  await shown(page, 0);
  await page.keyboard.press("v");
  await page.keyboard.press("v");
  await shown(page, 2 * STEPS);
  await page.keyboard.press("o");
  await page.waitForFunction(() => window.__editor.records()[0].keyframes.length === 3);
  const [track] = await records(page);
  assert.deepEqual(
    track.keyframes.map(({ frame, outside }) => [frame, outside]),
    [
      [0, false],
      [STEPS, false],
      [2 * STEPS, true],
    ],
  );
  await page.keyboard.press("e");
  await shown(page, STEPS);
  await photograph(page, "video-keyframes");
  await page.keyboard.press("k");
  await page.waitForFunction(() => window.__editor.records()[0].keyframes.length === 2);
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => window.__editor.records()[0].keyframes.length === 3);
  await saved(page);
});

test("a film plays every frame in turn, at its rate, and stops where it is told", async () => {
  await page.keyboard.press("Home");
  await shown(page, 0);
  await page.evaluate(() => {
    window.seen = [];
    const look = () => {
      const frame = window.__editor.picture();
      if (window.seen.at(-1)?.frame !== frame) window.seen.push({ frame, at: performance.now() });
      window.looking = requestAnimationFrame(look);
    };
    look();
  });
  await page.keyboard.press("Space");
  await page.waitForFunction((frame) => window.__editor.picture() >= frame, PLAYED);
  await page.keyboard.press("Space");
  const seen = await page.evaluate(() => {
    cancelAnimationFrame(window.looking);
    return window.seen;
  });
  const shownInOrder = seen.every(({ frame }, at) => at === 0 || frame > seen[at - 1].frame);
  assert.ok(shownInOrder, JSON.stringify(seen));
  // A machine that is busy with other tests may miss a look at a frame, not several in a row.
  assert.ok(seen.length > PLAYED / 2, `${seen.length} of ${PLAYED} frames were seen`);
  // What was being decoded is still shown; then the film stands, before its end.
  assert.ok((await standstill()) < FRAMES - 1);
  await photograph(page, "video-played");
});

test("frames come from the packets of the file: a few ranges, no pictures", async () => {
  const requests = watchMedia();
  await page.reload();
  await editorReady(page);
  for (let frame = 1; frame <= 60; frame += 1) {
    await page.keyboard.press("f");
    await shown(page, frame);
  }
  assert.deepEqual(requests.pictures, []);
  assert.ok(requests.ranges.length <= 6, requests.ranges.join());
});

test("the scrubber shows what is on this machine", async () => {
  await page.waitForFunction(() => window.__editor.loaded().length > 0);
  const [range] = await page.evaluate(() => window.__editor.loaded());
  assert.equal(range.first, 0);
  assert.ok(range.last > 60, `only ${range.last} frames`);
});

test("frames ahead stay with the server while nobody looks at the page", async () => {
  await page.goto("/tasks");
  const requests = watchMedia();
  await page.addInitScript(() => {
    if (!sessionStorage.hidden) return;
    Object.defineProperty(document, "hidden", { get: () => sessionStorage.hidden === "yes" });
  });
  await page.evaluate(() => sessionStorage.setItem("hidden", "yes"));
  await openJob(page, taskId);
  await page.waitForTimeout(500);
  const before = requests.ranges.length;
  await page.evaluate(() => {
    sessionStorage.removeItem("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.waitForFunction(() => window.__editor.loaded().at(-1)?.last > 60);
  assert.ok(requests.ranges.length > before, `${before} ranges`);
});

test("a link that is no longer taken is asked for anew", async () => {
  await page.goto("/tasks");
  let refused = 0;
  await page.route(VIDEO_FILE, (route) => {
    refused += 1;
    return refused === 1 ? route.fulfill({ status: 403, body: "expired" }) : route.continue();
  });
  const requests = watchMedia();
  await openJob(page, taskId);
  await page.evaluate(() => window.__editor.goTo(100));
  assert.equal(await page.evaluate(() => window.__editor.picture()), 100);
  assert.deepEqual(requests.pictures, []);
  assert.equal(requests.links, 2);
  await page.unroute(VIDEO_FILE);
});

test("packets that no decoder takes give way to pictures, and nobody notices", async () => {
  await page.goto("/tasks");
  await page.route(VIDEO_FILE, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: Buffer.alloc((await answer.body()).length, 1) });
  });
  const requests = watchMedia();
  await openJob(page, taskId);
  await page.evaluate(() => window.__editor.goTo(100));
  assert.equal(await page.evaluate(() => window.__editor.picture()), 100);
  assert.ok(requests.pictures.length > 0);
  await page.unroute(VIDEO_FILE);
});

test("without a decoder, frames come by the chunk: a few requests, not one for each", async () => {
  await page.addInitScript(() => delete window.VideoDecoder);
  const requests = watchMedia();
  await page.reload();
  await editorReady(page);
  for (let frame = 1; frame <= 60; frame += 1) {
    await page.keyboard.press("f");
    await shown(page, frame);
  }
  assert.equal(requests.pictures[0], "frame");
  assert.ok(requests.pictures.length <= 6, requests.pictures.join());
});

test("a frame that cannot be shown says so and can be asked for again", async () => {
  const data = /\/api\/jobs\/\d+\/data\?/;
  await page.route(data, (route) => route.fulfill({ status: 200, body: "not a picture" }));
  await page.keyboard.press("End");
  const notice = page.getByRole("alert").filter({ hasText: `frame ${FRAMES - 1}` });
  await notice.getByText("not a picture that this browser can show").waitFor();
  await photograph(page, "video-undecodable");
  await page.unroute(data);
  await notice.getByRole("button", { name: "Try again" }).click();
  await shown(page, FRAMES - 1);
  await notice.waitFor({ state: "detached" });
});

/** Waits until the picture has been the same for a while; returns its frame. */
async function standstill() {
  for (let last = null; ; ) {
    const frame = await page.evaluate(() => window.__editor.picture());
    if (frame === last) return frame;
    last = frame;
    await page.waitForTimeout(500);
  }
}

/** What is asked of the server from now on to show frames. */
function watchMedia() {
  const requests = { pictures: [], ranges: [], links: 0 };
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/\/api\/jobs\/\d+\/data$/.test(url.pathname)) {
      requests.pictures.push(url.searchParams.get("type"));
    }
    if (url.pathname.endsWith("/data/index")) requests.links += 1;
    if (VIDEO_FILE.test(request.url())) requests.ranges.push(request.headers().range);
  });
  return requests;
}
