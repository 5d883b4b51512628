import { describe, expect, it, vi } from "vitest";
import { ByteCache } from "./byte-cache";
import { decodePicture } from "./decode-picture";
import type { Drawable } from "./drawable";
import { FrameProvider } from "./frame-provider";
import { PICTURE_BUDGET, UndecodableFrame } from "./pictures";
import { Playback } from "./playback";
import { toRanges } from "./ranges";
import { SingleFrameSource } from "./source";
import { roomFor } from "./travel";

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

describe("pages that nobody looks at", () => {
  it("fetch nothing ahead until they are looked at again", async () => {
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    const { asked, provider } = provide();
    await provider.get(50);
    await settle();
    expect(asked).toEqual([50]);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect([...asked].sort()).toEqual([49, 50, 51, 52, 53, 54]);
    provider.dispose();
  });

  it("stop playing", async () => {
    let current = 0;
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(false);
    const playback = new Playback({
      current: () => current,
      after: (frame) => frame + 1,
      show: async (frame) => {
        current = frame;
        if (frame === 3) hidden.mockReturnValue(true);
      },
    });
    playback.rate.value = 1000;
    playback.toggle();
    await vi.waitFor(() => expect(playback.playing.value).toBe(false));
    expect(current).toBe(3);
  });
});

describe("pictures of 100 megapixels", () => {
  it("are decoded smaller, so that two of them stay within the budget", async () => {
    const closed = vi.fn();
    const decode = vi.fn(async (_: Blob, options?: ImageBitmapOptions) => ({
      width: options?.resizeWidth ?? 12_000,
      height: options?.resizeHeight ?? 8_500,
      close: closed,
    }));
    vi.stubGlobal("createImageBitmap", decode);
    const large = await decodePicture(new Blob(), PICTURE_BUDGET / 2);
    expect(large.bytes).toBeLessThanOrEqual(PICTURE_BUDGET / 2);
    expect(large.width / large.height).toBeCloseTo(12_000 / 8_500, 2);
    expect(closed).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });
});

describe("room for decoded pictures", () => {
  it.each([
    [1280, 720],
    [3840, 2160],
    [7680, 4320],
  ])("of %i × %i is within the budget", (width, height) => {
    const bytes = width * height * 1.5;
    for (const direction of [1, -1] as const) {
      const { ahead, behind, beyond } = roomFor(PICTURE_BUDGET, bytes, direction);
      expect(ahead).toBeGreaterThan(0);
      expect((1 + ahead + behind + beyond) * bytes).toBeLessThanOrEqual(PICTURE_BUDGET);
    }
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
