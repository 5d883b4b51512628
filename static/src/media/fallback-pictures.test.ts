import { describe, expect, it, vi } from "vitest";
import { Signal } from "../document/signal";
import type { Drawable } from "./drawable";
import { FallbackPictures } from "./fallback-pictures";
import { DecoderFailed } from "./packet-pictures";
import type { Pictures } from "./pictures";
import { UndecodableFrame } from "./pictures";
import type { Range } from "./ranges";

const picture = (bytes: number): Drawable => ({
  width: 1,
  height: 1,
  bytes,
  paint: vi.fn(),
  close: vi.fn(),
});

const BEST = picture(1);
const OTHER = picture(2);

function source(get: (frame: number) => Promise<Drawable>) {
  return {
    loaded: new Signal<readonly Range[]>([]),
    isReady: () => false,
    get: vi.fn(get),
    dispose: vi.fn(),
  } satisfies Pictures;
}

function open(best: Pictures | null | Error, get: () => Promise<Drawable> = async () => OTHER) {
  const other = source(get);
  const note = vi.fn();
  const opening = best instanceof Error ? Promise.reject(best) : Promise.resolve(best);
  return { other, note, pictures: new FallbackPictures(opening, () => other, note) };
}

describe("pictures of two sources", () => {
  it("come from the better one", async () => {
    const { other, pictures } = open(source(async () => BEST));
    expect(await pictures.get(3)).toBe(BEST);
    expect(other.get).not.toHaveBeenCalled();
  });

  it.each([null, new Error("no index")])(
    "come from the other one if there is only that",
    async (best) => {
      const { pictures } = open(best);
      expect(await pictures.get(3)).toBe(OTHER);
    },
  );

  it("come from the other one for good once the decoder failed, said once", async () => {
    const best = source(async () => Promise.reject(new DecoderFailed("broken")));
    const { note, pictures } = open(best);
    expect([await pictures.get(1), await pictures.get(2)]).toEqual([OTHER, OTHER]);
    expect(best.get).toHaveBeenCalledOnce();
    expect(best.dispose).toHaveBeenCalledOnce();
    expect(note).toHaveBeenCalledOnce();
  });

  it("come from the other one for a frame that has no picture", async () => {
    const best = source(async (frame) => {
      if (frame === 1) throw new UndecodableFrame();
      return BEST;
    });
    const { note, pictures } = open(best);
    for (let round = 0; round < 5; round += 1) expect(await pictures.get(1)).toBe(OTHER);
    expect(await pictures.get(2)).toBe(BEST);
    expect(note).not.toHaveBeenCalled();
  });

  it("come from the better one again after the network failed for a while", async () => {
    const best = source(async () => BEST);
    best.get.mockRejectedValueOnce(new Error("offline"));
    const { pictures } = open(best, () => Promise.reject(new Error("offline")));
    await expect(pictures.get(1)).rejects.toThrow("offline");
    expect(await pictures.get(1)).toBe(BEST);
  });

  it("that a later call made superfluous are not asked of the other one", async () => {
    const { other, pictures } = open(source(async () => BEST));
    const first = pictures.get(1);
    expect(await pictures.get(2)).toBe(BEST);
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
    expect(other.get).not.toHaveBeenCalled();
  });

  it("are on the scrubber wherever they are", async () => {
    const best = source(async () => BEST);
    const { pictures } = open(best);
    await pictures.get(1);
    best.loaded.value = [{ first: 1, last: 9 }];
    expect(pictures.loaded.value).toEqual([{ first: 1, last: 9 }]);
  });
});
