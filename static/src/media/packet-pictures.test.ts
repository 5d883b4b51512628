import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FrameDrawable } from "./drawable";
import type { FrameLayout } from "./packet-pictures";
import { DecoderFailed, PacketPictures } from "./packet-pictures";
import type { ReadRange } from "./packet-reader";
import { PacketReader } from "./packet-reader";
import type { PictureDecoder } from "./picture-decoder";
import { UndecodableFrame } from "./pictures";
import type { Table } from "./testVideo";
import { FakeDecoder, indexOf, open, tableOf, tables } from "./testVideo";

const zeros: ReadRange = async (first, last) => new ArrayBuffer(last - first + 1);

interface Parts {
  readonly table: Table;
  readonly decoder?: PictureDecoder;
  readonly read?: ReadRange;
  readonly layout?: Partial<FrameLayout>;
}

async function show({ table, decoder = new FakeDecoder(), read = zeros, layout }: Parts) {
  const index = await indexOf(table);
  const all = { start: 0, stop: table.frames.length - 1, first: 0, step: 1, ...layout };
  return new PacketPictures(index, new PacketReader(index, read, index.samples - 1), decoder, all);
}

/** The presentation time of the picture of a frame. */
async function timeOf(pictures: PacketPictures, frame: number): Promise<number> {
  const picture = (await pictures.get(frame)) as FrameDrawable;
  return (picture as unknown as { frame: VideoFrame }).frame.timestamp;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Three closed groups of eight pictures, all in order. */
const PLAIN = tableOf(
  Array.from({ length: 24 }, (_, sample) => sample * 100),
  [0, 8, 16],
);

afterEach(() => {
  expect(open.size).toBe(0);
});

describe("pictures from packets", () => {
  it("are those of the frames, whatever the order in which they are asked for", async () => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 5 }),
        async (table, asked, delay) => {
          const pictures = await show({ table, decoder: new FakeDecoder(delay) });
          for (const number of asked) {
            const frame = number % table.frames.length;
            expect(await timeOf(pictures, frame)).toBe(table.times[table.frames[frame] ?? -1]);
          }
          pictures.dispose();
        },
      ),
      { numRuns: 30 },
    );
    await settle();
  });

  it("of every third frame of a part of a video are those frames", async () => {
    const layout = { start: 1, stop: 5, first: 4, step: 3 };
    const pictures = await show({ table: PLAIN, layout });
    for (const frame of [1, 2, 5, 4, 3])
      expect(await timeOf(pictures, frame)).toBe((4 + 3 * frame) * 100);
    await settle();
    expect([...Array(6).keys()].map((frame) => pictures.isReady(frame))).toEqual([
      false,
      ...Array(5).fill(true),
    ]);
    pictures.dispose();
  });

  it("go on being decoded without starting anew while one goes forwards", async () => {
    const decoder = new FakeDecoder();
    const pictures = await show({ table: PLAIN, decoder });
    for (let frame = 0; frame < 24; frame += 1) await pictures.get(frame);
    expect(decoder.runs).toBe(1);
    pictures.dispose();
  });

  it("of a group are decoded once while one goes backwards", async () => {
    const decoder = new FakeDecoder();
    const pictures = await show({ table: PLAIN, decoder });
    for (let frame = 23; frame >= 0; frame -= 1) await pictures.get(frame);
    expect(decoder.runs).toBeLessThanOrEqual(4);
    pictures.dispose();
  });

  it("that nobody waits for any longer are given up with their requests", async () => {
    const given: number[] = [];
    const slow: ReadRange = (first, _last, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          given.push(first);
          reject(signal.reason);
        });
      });
    const table = tableOf(
      Array.from({ length: 400 }, (_, sample) => sample),
      [0, 200, 390],
    );
    const pictures = await show({ table, read: slow });
    const first = pictures.get(0);
    const second = pictures.get(395);
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
    await settle();
    expect(given).toEqual([table.offsets[0]]);
    second.catch(() => {});
    pictures.dispose();
  });

  it("whose bytes cannot be had say why, and are asked for again", async () => {
    const read = vi.fn(zeros).mockRejectedValueOnce(new Error("offline"));
    const pictures = await show({ table: PLAIN, read });
    await expect(pictures.get(3)).rejects.toThrow("offline");
    expect(await timeOf(pictures, 3)).toBe(300);
    pictures.dispose();
  });

  it("that no decoder gives are told apart from the others", async () => {
    const decoder = new FakeDecoder(3, new Set([2200]));
    const pictures = await show({ table: PLAIN, decoder });
    await expect(pictures.get(22)).rejects.toBeInstanceOf(UndecodableFrame);
    expect(await timeOf(pictures, 23)).toBe(2300);
    pictures.dispose();
  });

  it("end with the decoder", async () => {
    const decoder = new FakeDecoder();
    const pictures = await show({ table: PLAIN, decoder });
    vi.spyOn(decoder, "order").mockImplementation(({ run }) =>
      (decoder as unknown as { tell: (news: object) => void }).tell({
        kind: "failed",
        run,
        reason: "broken",
      }),
    );
    const picture = pictures.get(3);
    picture.catch(() => {});
    await settle();
    await expect(picture).rejects.toBeInstanceOf(DecoderFailed);
    await expect(pictures.get(4)).rejects.toBeInstanceOf(DecoderFailed);
    pictures.dispose();
  });

  it("are on the scrubber once their packets are here", async () => {
    const pictures = await show({ table: PLAIN });
    await pictures.get(0);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(pictures.loaded.value).toEqual([{ first: 0, last: 23 }]);
    pictures.dispose();
  });
});
