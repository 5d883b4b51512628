// Video tasks made through the API, and how their frames are looked at.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { call } from "./api.mjs";

const READY_MILLISECONDS = 60_000;

/** Creates a task of one video; resolves to `{taskId, jobId}` once its frames are indexed. */
export async function createVideoTask(page, path, data = {}, spec = {}) {
  const name = basename(path);
  const { id } = await call(page, "POST", "/api/tasks", {
    name,
    labels: [{ name: "thing" }],
    ...spec,
  });
  const token = await csrfToken(page);
  const file = { name, mimeType: "application/octet-stream", buffer: readFileSync(path) };
  const answer = await page.request.post(`/api/tasks/${id}/data`, {
    headers: { "X-CSRFToken": token },
    multipart: { image_quality: 90, ...data, "client_files[0]": file },
  });
  assert.ok(answer.ok(), `${name}: ${answer.status()} ${await answer.text()}`);
  await ready(page, (await answer.json()).rq_id, name);
  const { results } = await call(page, "GET", `/api/jobs?task_id=${id}`);
  return { taskId: id, jobId: results[0].id };
}

async function csrfToken(page) {
  const cookies = await page.context().cookies();
  return cookies.find(({ name }) => name === "csrftoken")?.value ?? "";
}

async function ready(page, request, name) {
  const deadline = Date.now() + READY_MILLISECONDS;
  while (Date.now() < deadline) {
    const { status, message } = await call(page, "GET", `/api/requests/${request}`);
    if (status === "finished") return;
    assert.notEqual(status, "failed", `${name}: ${message}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${name} was not ready in time`);
}

/** Opens a job in the editor and waits until a picture is shown. */
export async function openVideo(page, { taskId, jobId }) {
  await page.goto(`/tasks/${taskId}/jobs/${jobId}`);
  await page.waitForFunction(() => window.__editor && window.__editor.picture() !== null);
}

/** Goes to each frame in turn; resolves to the fingerprints of the pictures that are then shown. */
export function fingerprints(page, frames) {
  return page.evaluate(async (numbers) => {
    const seen = [];
    for (const number of numbers) {
      await window.__editor.goTo(number);
      if (window.__editor.picture() !== number) throw new Error(`frame ${number} is not shown`);
      seen.push(window.__editor.fingerprint());
      // The page breathes between frames, as it does when a person turns them.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return seen;
  }, frames);
}
