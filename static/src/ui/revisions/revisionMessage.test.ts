import { expect, test } from "vitest";
import { readRestored } from "./revisionMessage";

test("a restored revision of a job", () => {
  expect(readRestored("Restored revision 12")).toEqual({ number: "12", scope: "job", leftOut: 0 });
});

test("a restored revision of the task, whose numbers are not those of its jobs", () => {
  const message = "Restored revision 7 of the task; 3 objects of deleted labels left out";
  expect(readRestored(message)).toEqual({ number: "7", scope: "task", leftOut: 3 });
});

test.each(["", 'Deleted label "car"', "Restored revision 3 by hand"])(
  "not a restoration: %j",
  (message) => {
    expect(readRestored(message)).toBeNull();
  },
);
