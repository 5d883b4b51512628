import { zipSync } from "fflate";
import { describe, expect, it, vi } from "vitest";
import { ByteCache } from "./byte-cache";
import { FrameProvider } from "./frame-provider";
import { toRanges } from "./ranges";
import { ChunkSource } from "./source";

/** Just enough of a picture to be kept and given up. */
const picture = () => ({ width: 10, height: 10, close: vi.fn() }) as unknown as ImageBitmap;

function provide(budget = 1e6, fail: ReadonlySet<number> = new Set()) {
  const asked: number[] = [];
  const failing = new Set(fail);
  const source = {
    fetch: async (frame: number) => {
      asked.push(frame);
      if (failing.has(frame)) throw new Error(`no frame ${frame}`);
      return new Blob();
    },
    local: () => [],
  };
  const limits = { start: 0, stop: 99, budget, ahead: 4, parallel: 2 };
  return { asked, failing, provider: new FrameProvider(source, limits, async () => picture()) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("frames", () => {
  it("are fetched ahead in the direction of travel", async () => {
    const { asked, provider } = provide();
    await provider.get(50);
    await settle();
    expect([...asked].sort()).toEqual([49, 50, 51, 52, 53, 54]);
    asked.length = 0;
    await provider.get(40);
    await settle();
    expect([...asked].sort()).toEqual([36, 37, 38, 39, 40, 41]);
    provider.dispose();
  });

  it("stay within their budget of memory", async () => {
    const { asked, provider } = provide(400 * 3);
    for (let frame = 0; frame < 20; frame += 1) await provider.get(frame);
    await settle();
    expect([0, 1, 2, 3].some((frame) => provider.isReady(frame))).toBe(false);
    expect(provider.isReady(19)).toBe(true);
    expect(asked.length).toBeLessThan(45);
    provider.dispose();
  });

  it("can be asked for again after they failed", async () => {
    const { failing, provider } = provide(1e6, new Set([7]));
    await expect(provider.get(7)).rejects.toThrow("no frame 7");
    failing.clear();
    await expect(provider.get(7)).resolves.toBeDefined();
    provider.dispose();
  });

  it("of a chunk come with one request", async () => {
    const archive = zipSync({
      "000001.jpeg": new Uint8Array([2]),
      "000000.jpeg": new Uint8Array([1]),
    });
    const download = vi.fn(async () => archive.buffer as ArrayBuffer);
    const source = new ChunkSource({ start: 10, stop: 11, size: 2 }, download);
    const [first, second] = await Promise.all([source.fetch(10), source.fetch(11)]);
    expect([...new Uint8Array(await first.arrayBuffer())]).toEqual([1]);
    expect([...new Uint8Array(await second.arrayBuffer())]).toEqual([2]);
    expect(download).toHaveBeenCalledExactlyOnceWith(0);
    expect([...source.local()]).toEqual([10, 11]);
  });
});

describe("the cache", () => {
  it("gives up what was used longest ago, and says so", () => {
    const evicted: string[] = [];
    const cache = new ByteCache<number, string>(30, (value) => evicted.push(value));
    for (const [key, value] of ["a", "b", "c"].entries()) cache.set(key, value, 10);
    cache.get(0);
    cache.set(3, "d", 10);
    expect(evicted).toEqual(["b"]);
    expect(cache.bytes).toBe(30);
  });
});

describe("loaded ranges", () => {
  it("are runs of frames", () => {
    expect(toRanges([5, 1, 2, 3, 2, 9])).toEqual([
      { first: 1, last: 3 },
      { first: 5, last: 5 },
      { first: 9, last: 9 },
    ]);
  });
});
