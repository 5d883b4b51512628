import { afterEach, describe, expect, it, vi } from "vitest";
import { rangesOf } from "./video-file";

const LINKS = {
  codec: "vp8",
  start: 0,
  step: 1,
  video_url: "/old",
  ranges_url: "",
  samples_url: "",
};
const NEVER = new AbortController().signal;

function answering(...answers: (Response | Error)[]) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string, { headers }: RequestInit) => {
    asked.push(`${path} ${new Headers(headers).get("range") ?? ""}`.trim());
    const answer = answers.shift();
    if (answer instanceof Response) return answer;
    throw answer;
  });
  return asked;
}

const bytes = () => new Response(new Uint8Array([7]), { status: 206 });

afterEach(() => vi.unstubAllGlobals());

describe("ranges of a video's file", () => {
  it("are asked for by a new link when the old one has expired", async () => {
    const links = Response.json({ ...LINKS, video_url: "/new" });
    const asked = answering(new Response("", { status: 403 }), links, bytes(), bytes());
    const read = rangesOf(5, LINKS);
    expect(new Uint8Array(await read(2, 9, NEVER))).toEqual(new Uint8Array([7]));
    await read(10, 11, NEVER);
    expect(asked).toEqual([
      "/old bytes=2-9",
      "/api/jobs/5/data/index",
      "/new bytes=2-9",
      "/new bytes=10-11",
    ]);
  });

  it("are asked for one by one where only a part of the file may be read", async () => {
    const asked = answering(bytes(), bytes());
    const read = rangesOf(5, { ...LINKS, video_url: "", ranges_url: "/part" });
    await read(2, 9, NEVER);
    await read(10, 11, NEVER);
    expect(asked).toEqual(["/part?first=2&last=9 bytes=2-9", "/part?first=10&last=11 bytes=10-11"]);
  });

  it("are asked for again after the network or the store failed", async () => {
    const asked = answering(new TypeError("network"), new Response("", { status: 503 }), bytes());
    await rangesOf(5, LINKS)(2, 9, NEVER);
    expect(asked).toHaveLength(3);
  });

  it("that cannot be had say so as every request does", async () => {
    answering(new Response('{"detail": "Gone."}', { status: 404 }));
    await expect(rangesOf(5, LINKS)(0, 1, NEVER)).rejects.toMatchObject({ message: "Gone." });
  });

  it("are refused where the store sends the whole file", async () => {
    answering(new Response("everything"));
    await expect(rangesOf(5, LINKS)(0, 1, NEVER)).rejects.toBeInstanceOf(RangeError);
  });
});
