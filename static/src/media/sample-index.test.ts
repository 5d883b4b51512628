import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSampleIndex } from "./sample-index";
import type { Table } from "./testVideo";
import { indexOf, packed, tables } from "./testVideo";

/** As the server defines it: the last key sample before a frame in both orders. */
function entryByDefinition({ times, keys, frames }: Table, frame: number): number | undefined {
  const sample = frames[frame] ?? -1;
  const shown = times[sample] ?? 0;
  const before = keys.filter((key) => key <= sample && (times[key] ?? 0) <= shown);
  return before.at(-1) ?? keys[0];
}

describe("the sample table", () => {
  it("is read as the server packs it", async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const index = await indexOf(table);
        expect(index.samples).toBe(table.times.length);
        expect(index.frames).toBe(table.frames.length);
        for (const [sample, time] of table.times.entries()) {
          expect(index.timeOf(sample)).toBe(time);
          expect(index.offsetOf(sample)).toBe(table.offsets[sample]);
          expect(index.sizeOf(sample)).toBe(table.sizes[sample]);
          expect(index.isKey(sample)).toBe(table.keys.includes(sample));
        }
        for (const [frame, sample] of table.frames.entries()) {
          expect(index.sampleOf(frame)).toBe(sample);
          expect(index.framesOf(sample)).toContain(frame);
          expect(index.framesAt(table.times[sample] ?? 0)).toContain(frame);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("says where decoding starts for each frame", async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const index = await indexOf(table);
        for (const frame of table.frames.keys()) {
          expect(index.entryOf(frame)).toBe(entryByDefinition(table, frame));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("keeps offsets beyond 4 GiB and times before zero", async () => {
    const table = { times: [-512, 0], offsets: [2 ** 40 + 1, 2 ** 41], sizes: [7, 2 ** 32 - 1] };
    const index = await indexOf({ ...table, keys: [0], frames: [0, 1] });
    expect([index.offsetOf(0), index.timeOf(0), index.sizeOf(1)]).toEqual([
      2 ** 40 + 1,
      -512,
      2 ** 32 - 1,
    ]);
  });

  it("of an hour is read at once, not frame by frame", async () => {
    const numbers = Array.from({ length: 108_000 }, (_, number) => number);
    const table = {
      times: numbers,
      offsets: numbers.map((number) => number * 5000),
      sizes: numbers.map(() => 5000),
      keys: numbers.filter((number) => number % 250 === 0),
      frames: numbers,
    };
    const body = packed(table);
    const start = performance.now();
    const index = await parseSampleIndex(body);
    expect(index.entryOf(100_000)).toBe(100_000);
    // Reading that grows with the square of the frames would take minutes on any machine.
    expect(performance.now() - start).toBeLessThan(15_000);
  }, 60_000);

  it("that is cut off is refused", async () => {
    const table = { times: [0, 1], offsets: [0, 9], sizes: [9, 9], keys: [0], frames: [0, 1] };
    await expect(indexOf(table, 16)).rejects.toBeInstanceOf(RangeError);
  });
});
