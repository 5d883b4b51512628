// People of a journey's own: what they make and delete is in nobody else's way.
import assert from "node:assert/strict";
import { signIn } from "./browser.mjs";
import { PASSWORD } from "./server.mjs";

/** Registers a person and signs in as them. */
export async function signInAsNewcomer(page, username) {
  const names = { first_name: "", last_name: "" };
  const person = { username, email: `${username}@example.org`, ...names };
  const data = { ...person, password1: PASSWORD, password2: PASSWORD };
  const answer = await page.request.post("/api/auth/register", { data });
  assert.ok(answer.ok(), await answer.text());
  await signIn(page, username, PASSWORD);
}
