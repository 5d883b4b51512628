import { expect, test } from "vitest";
import { toApiError } from "./errors";

test("every shape of refusal becomes a message, and messages by field", () => {
  const cases: [body: unknown, message: string, fields: object][] = [
    [{ detail: "Not found." }, "Not found.", {}],
    [{ name: ["Too long."] }, "Too long.", { name: "Too long." }],
    [["Unknown format"], "Unknown format", {}],
    ["plain words", "plain words", {}],
    [{ non_field_errors: ["Wrong password."] }, "Wrong password.", {}],
    [{ labels: [{ name: ["Blank."] }] }, "Blank.", { labels: "Blank." }],
    [undefined, "", {}],
  ];
  for (const [body, message, fields] of cases) {
    expect(toApiError(400, body)).toMatchObject({ status: 400, message, fields });
  }
});
