import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { uploadTus } from "./upload-tus";

/** A server that speaks TUS and sometimes stores a piece but loses the answer, or drops both. */
class TusServer {
  received = new Uint8Array();
  name = "";

  constructor(private readonly mishaps: Iterator<"none" | "lost answer" | "dropped">) {}

  async fetch(url: string, { method, headers, body }: RequestInit): Promise<Response> {
    const given = new Headers(headers);
    if (method === "POST") {
      this.name = atob(given.get("Upload-Metadata")?.split(" ")[1] ?? "");
      return new Response(null, {
        status: 201,
        headers: { Location: `${url}file-1`, "Upload-Filename": "file-1" },
      });
    }
    if (method === "HEAD") return this.answer(200);
    const mishap = this.mishaps.next().value ?? "none";
    if (mishap === "dropped") throw new TypeError("Failed to fetch");
    if (Number(given.get("Upload-Offset")) !== this.received.length) return this.answer(409);
    const piece = new Uint8Array(await (body as Blob).arrayBuffer());
    this.received = Uint8Array.from([...this.received, ...piece]);
    if (mishap === "lost answer") throw new TypeError("Failed to fetch");
    return this.answer(204);
  }

  private answer(status: number): Response {
    return new Response(null, { status, headers: { "Upload-Offset": `${this.received.length}` } });
  }
}

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the file arrives whole, whatever the network loses", async () => {
  const mishap = fc.constantFrom("none", "none", "lost answer", "dropped" as const);
  const trouble = fc.array(mishap, { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), trouble, async (bytes, mishaps) => {
      const server = new TusServer(mishaps[Symbol.iterator]());
      vi.stubGlobal("fetch", (url: string, init: RequestInit) => server.fetch(url, init));
      const file = new File([bytes], "разметка.json");
      const shares: number[] = [];
      const note = (share: number) => shares.push(share);
      const sending = uploadTus("/api/x/", file, note, new AbortController().signal);
      const settled = sending.then(() => true);
      while (!(await Promise.race([settled, vi.advanceTimersByTimeAsync(500).then(() => false)])));
      expect(await sending).toBe("file-1");
      expect(server.received).toEqual(bytes);
      expect(new TextDecoder().decode(Uint8Array.from(server.name, (c) => c.charCodeAt(0)))).toBe(
        "разметка.json",
      );
      expect(shares).toEqual(bytes.length > 0 ? [1] : []);
    }),
    { numRuns: 40 },
  );
});
