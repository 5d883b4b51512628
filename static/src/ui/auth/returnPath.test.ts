import { expect, test } from "vitest";
import { returnPath } from "./returnPath";

test("signing in leads back to pages of this application only", () => {
  expect(returnPath("/tasks/3?page=2")).toBe("/tasks/3?page=2");
  for (const next of [null, "", "https://evil.example", "//evil.example", "/\\evil.example"]) {
    expect(returnPath(next)).toBe("/tasks");
  }
});
