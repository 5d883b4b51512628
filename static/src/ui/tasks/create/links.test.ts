import { expect, test } from "vitest";
import { linkProblem, linksOf } from "./links";

test("links stand one a line", () => {
  expect(linksOf(" https://a.org/1.jpg \n\nhttps://a.org/2.jpg\n")).toEqual([
    "https://a.org/1.jpg",
    "https://a.org/2.jpg",
  ]);
});

test.each([
  ["ftp://a.org/1.jpg", "notWeb"],
  ["a.org/1.jpg", "notWeb"],
  ["https://a.org/", "noName"],
  ["https://a.org/1.jpg\nhttps://b.org/x/1.jpg?size=2", "sameName"],
])("%j cannot be used", (text, problem) => {
  expect(linkProblem(text)?.problem).toBe(problem);
});

test("good links have no problem", () => {
  expect(linkProblem("https://a.org/1.jpg\nhttp://a.org/2.jpg?x=1")).toBeNull();
});
