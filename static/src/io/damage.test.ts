import { expect, test } from "vitest";
import { summarised } from "./damage";

const KEY = "annotations/4/000000000005-bfc93a25f674cbf0";

test("pages of a lost file are one sentence", () => {
  const pages = [
    `72 shapes on frames 4 to 9: bytes 0 to 46919 of ${KEY}`,
    `48 shapes on frames 9 to 12: bytes 46919 to 93793 of ${KEY}`,
    `1 tags on frames 0 to 0: bytes 0 to 80 of the table`,
  ];
  expect(summarised(pages)).toEqual({ missing: { count: 121, first: 0, last: 12 }, others: [] });
});

test("tracks without an end leave the end open", () => {
  const pages = [
    `3 tracks from frame 5 on: bytes 0 to 46919 of ${KEY}`,
    `2 shapes on frames 7 to 8: bytes 46919 to 93793 of ${KEY}`,
  ];
  expect(summarised(pages)).toEqual({ missing: { count: 5, first: 5, last: null }, others: [] });
});

test("what is not a page is said as it is", () => {
  expect(summarised(["revision 7"])).toEqual({ missing: null, others: ["revision 7"] });
});
