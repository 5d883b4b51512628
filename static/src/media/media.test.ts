import { describe, expect, it, vi } from "vitest";
import { ByteCache } from "./byte-cache";
import type { Drawable } from "./drawable";
import { FrameProvider } from "./frame-provider";
import { UndecodableFrame } from "./pictures";
import { toRanges } from "./ranges";
import { SingleFrameSource } from "./source";

/** Just enough of a picture to be kept and given up. */
const picture = (): Drawable => ({
  width: 10,
  height: 10,
  bytes: 400,
  paint: vi.fn(),
  close: vi.fn(),
});

function provide(budget = 1e6, fail: ReadonlySet<number> = new Set()) {
  const asked: number[] = [];
  const failing = new Set(fail);
  const source = new SingleFrameSource(async (frame) => {
    asked.push(frame);
    if (failing.has(frame)) throw new Error(`no frame ${frame}`);
    return new Blob();
  });
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

  it("wait while the first one is on its way, all but one", async () => {
    const asked: number[] = [];
    let arrive = () => {};
    const source = new SingleFrameSource(async (frame) => {
      asked.push(frame);
      if (frame === 0) await new Promise<void>((resolve) => (arrive = resolve));
      return new Blob();
    });
    const limits = { start: 0, stop: 99, budget: 1e6, ahead: 8, parallel: 4 };
    const provider = new FrameProvider(source, limits, async () => picture());
    const first = provider.get(0);
    expect(asked).toEqual([0, 1]);
    arrive();
    await first;
    await settle();
    expect(asked).toHaveLength(9);
    provider.dispose();
  });

  it("that nobody waits for any longer are given up", async () => {
    const given: number[] = [];
    const source = new SingleFrameSource(
      (frame, signal) =>
        new Promise((resolve, reject) => {
          if (frame === 90) resolve(new Blob());
          signal.addEventListener("abort", () => {
            given.push(frame);
            reject(signal.reason);
          });
        }),
    );
    const limits = { start: 0, stop: 99, budget: 1e6, ahead: 4, parallel: 4 };
    const provider = new FrameProvider(source, limits, async () => picture());
    const first = provider.get(0);
    const second = provider.get(90);
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
    await expect(second).resolves.toBeDefined();
    expect(given).toEqual([0, 1]);
    provider.dispose();
  });

  it("whose bytes are no picture say so, and are asked for again", async () => {
    const download = vi.fn(async () => new Blob());
    const limits = { start: 0, stop: 0, budget: 1e6, ahead: 0, parallel: 1 };
    const decode = vi.fn(async () => picture()).mockRejectedValueOnce(new Error("broken"));
    const provider = new FrameProvider(new SingleFrameSource(download), limits, decode);
    await expect(provider.get(0)).rejects.toBeInstanceOf(UndecodableFrame);
    await expect(provider.get(0)).resolves.toBeDefined();
    expect(download).toHaveBeenCalledTimes(2);
    provider.dispose();
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
