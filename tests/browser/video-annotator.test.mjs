// Somebody who may see one job of a video plays that part of the file, and gets no other.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { video } from "./media.mjs";
import { createVideoTask, fingerprints, openVideo } from "./video-tasks.mjs";

const ANNOTATOR = "video-annotator";
const PASSWORD = "a good enough password";
const SEGMENT = 100;

let owner;
let annotator;
let job;
let truth;

before(async () => {
  owner = await openBrowser();
  await signIn(owner.page);
  const spec = { segment_size: SEGMENT, overlap: 0 };
  const { taskId } = await createVideoTask(owner.page, video, {}, spec);
  const { id } = await call(owner.page, "POST", "/api/auth/register", {
    username: ANNOTATOR,
    email: "video-annotator@example.org",
    password1: PASSWORD,
    password2: PASSWORD,
  }).then(() => call(owner.page, "GET", `/api/users?search=${ANNOTATOR}`).then(first));
  const { results } = await call(owner.page, "GET", `/api/jobs?task_id=${taskId}`);
  const [, middle] = results.toSorted((a, b) => a.start_frame - b.start_frame);
  await call(owner.page, "PATCH", `/api/jobs/${middle.id}`, { assignee: id });
  job = { taskId, jobId: middle.id };
  await openVideo(owner.page, job);
  truth = await fingerprints(owner.page, [100, 150, 199]);
  annotator = await openBrowser();
  await signIn(annotator.page, ANNOTATOR, PASSWORD);
});
after(async () => {
  await annotator?.close();
  await owner?.close();
});

function first({ results }) {
  return results[0];
}

test("an annotator's frames come from ranges of the file, and are the owner's", async () => {
  const asked = [];
  annotator.page.on("request", (request) => asked.push(new URL(request.url())));
  await openVideo(annotator.page, job);
  const seen = await fingerprints(annotator.page, [100, 150, 199]);
  const ranges = asked.filter(({ pathname }) => pathname.endsWith("/data/range"));
  assert.ok(ranges.length > 0);
  assert.ok(ranges.length < 10, `${ranges.length} ranges`);
  const pictures = asked.filter(({ searchParams }) =>
    ["chunk", "frame"].includes(searchParams.get("type")),
  );
  assert.deepEqual(pictures.map(String), []);
  assert.deepEqual(seen, truth);
});
