// Requests as the signed-in person of a page, for what a journey needs but does not show.
import assert from "node:assert/strict";

/** Sends JSON and returns the answer's JSON. */
export async function call(page, method, path, data) {
  const cookies = await page.context().cookies();
  const token = cookies.find(({ name }) => name === "csrftoken")?.value ?? "";
  const headers = { "X-CSRFToken": token };
  const answer = await page.request.fetch(path, { method, data, headers });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? null : answer.json();
}

/** Labels of a task, by name. */
export async function labelsOf(page, taskId) {
  const { results } = await call(page, "GET", `/api/labels?task_id=${taskId}&page_size=all`);
  return Object.fromEntries(results.map((label) => [label.name, label]));
}

/** The annotations of a task, as the server has them. */
export function annotationsOf(page, taskId) {
  return call(page, "GET", `/api/tasks/${taskId}/annotations/`);
}
