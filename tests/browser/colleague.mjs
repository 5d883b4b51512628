// Somebody else who works on the same job, with a script rather than a browser.
import assert from "node:assert/strict";
import { call } from "./api.mjs";
import { URL_OF_SERVER } from "./browser.mjs";

const PASSWORD = "a-long-password-of-a-colleague-1";
const AGENT = "cvat-sdk/2.80.0";

let count = 0;

/** Registers a colleague, to whom the task of `page`'s person is assigned. */
export async function colleagueOn(page, taskId) {
  count += 1;
  const username = `colleague-${process.pid}-${count}`;
  const registration = { username, password1: PASSWORD, password2: PASSWORD };
  const email = `${username}@example.com`;
  await send("POST", "/api/auth/register", { ...registration, email, confirmations: [] });
  const { key } = await send("POST", "/api/auth/login", { username, password: PASSWORD });
  const headers = { Authorization: `Token ${key}` };
  const { id } = await send("GET", "/api/users/self", undefined, headers);
  await call(page, "PATCH", `/api/tasks/${taskId}`, { assignee_id: id });
  const ask = (method, path, data) => send(method, path, data, headers);
  return {
    username,
    annotations: (job) => ask("GET", `/api/jobs/${job}/annotations`),
    /** Adds shapes. */
    create: (job, shapes) => patch(ask, job, "create", { shapes }),
    update: (job, shapes) => patch(ask, job, "update", { shapes }),
    delete: (job, shapes) => patch(ask, job, "delete", { shapes }),
    /** Replaces everything, knowing of no version, as the SDK does. */
    replace: (job, shapes) =>
      ask("PUT", `/api/jobs/${job}/annotations`, { version: 0, tags: [], shapes, tracks: [] }),
  };
}

function patch(ask, job, action, objects) {
  const data = { version: 0, tags: [], shapes: [], tracks: [], ...objects };
  return ask("PATCH", `/api/jobs/${job}/annotations?action=${action}`, data);
}

async function send(method, path, data, headers = {}) {
  const answer = await fetch(`${URL_OF_SERVER}${path}`, {
    method,
    headers: { "Content-Type": "application/json", "User-Agent": AGENT, ...headers },
    body: data && JSON.stringify(data),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** A rectangle as clients of CVAT send it. */
export function rectangle(labelId, points, facts = {}) {
  return {
    type: "rectangle",
    label_id: labelId,
    frame: 0,
    points,
    occluded: false,
    z_order: 0,
    attributes: [],
    ...facts,
  };
}
