import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReadRange } from "./packet-reader";
import { PacketReader } from "./packet-reader";
import { indexOf, tableOf, tables } from "./testVideo";

const NEVER = new AbortController().signal;

/** A file whose every byte tells its own offset, modulo 251. */
function file() {
  const asked: [number, number][] = [];
  const read: ReadRange = async (first, last, signal) => {
    asked.push([first, last]);
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    return Uint8Array.from({ length: last - first + 1 }, (_, at) => (first + at) % 251).buffer;
  };
  return { asked, read };
}

const inOrder = (count: number) =>
  tableOf(
    Array.from({ length: count }, (_, sample) => sample),
    [0],
  );

describe("packets", () => {
  it("are the bytes of their samples, and none is fetched twice", async () => {
    const samples = fc.tuple(fc.nat(), fc.nat());
    await fc.assert(
      fc.asyncProperty(tables, fc.array(samples, { maxLength: 6 }), async (table, asked) => {
        const { asked: ranges, read } = file();
        const index = await indexOf(table);
        const reader = new PacketReader(index, read, index.samples - 1);
        for (const pair of asked) {
          const [first = 0, last = 0] = pair.map((n) => n % index.samples).sort((a, b) => a - b);
          const packets = await reader.read(first, last, NEVER);
          expect(packets.map(({ sample }) => sample)).toEqual(
            Array.from({ length: last - first + 1 }, (_, step) => first + step),
          );
          for (const { sample, bytes } of packets) {
            expect(bytes).toHaveLength(index.sizeOf(sample));
            expect(bytes[0]).toBe(index.offsetOf(sample) % 251);
          }
        }
        const bytes = ranges.flatMap(([from, to]) =>
          Array.from({ length: to - from + 1 }, (_, at) => from + at),
        );
        expect(new Set(bytes).size).toBe(bytes.length);
      }),
      { numRuns: 30 },
    );
  });

  it("come by few requests, the sound between them too", async () => {
    const { asked, read } = file();
    const reader = new PacketReader(await indexOf(inOrder(60)), read, 59);
    await reader.read(0, 59, NEVER);
    expect(asked).toHaveLength(1);
  });

  it("beyond the limit are not read unless they are asked for", async () => {
    const table = inOrder(60);
    const { asked, read } = file();
    const reader = new PacketReader(await indexOf(table), read, 9);
    await reader.read(0, 3, NEVER);
    expect(asked).toEqual([[100, (table.offsets[9] ?? 0) + (table.sizes[9] ?? 0) - 1]]);
    await reader.read(10, 11, NEVER);
    expect(asked).toHaveLength(2);
  });

  it("that are given up are asked for again when they are wanted", async () => {
    const { asked, read } = file();
    const reader = new PacketReader(await indexOf(inOrder(60)), read, 59);
    const given = reader.read(0, 3, NEVER);
    reader.giveUpExcept(40, 50);
    await expect(given).rejects.toMatchObject({ name: "AbortError" });
    await expect(reader.read(0, 3, NEVER)).resolves.toHaveLength(4);
    expect(asked).toHaveLength(2);
  });

  it("of a file that is shorter than its table are refused", async () => {
    const reader = new PacketReader(await indexOf(inOrder(3)), async () => new ArrayBuffer(5), 2);
    await expect(reader.read(0, 1, NEVER)).rejects.toBeInstanceOf(RangeError);
  });
});
