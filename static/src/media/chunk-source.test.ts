import { zipSync } from "fflate";
import { describe, expect, it, vi } from "vitest";
import { ChunkSource } from "./chunk-source";

const NEVER = new AbortController().signal;
const LAYOUT = { start: 10, stop: 24, size: 5 };

/** A source whose pictures are single bytes: the number of the frame, or 255 if it came alone. */
function open(refused: ReadonlySet<number> = new Set()) {
  const asked: string[] = [];
  const source = new ChunkSource(LAYOUT, {
    chunk: async (index, signal) => {
      asked.push(`chunk ${index}`);
      await pause();
      signal.throwIfAborted();
      if (refused.has(index)) throw new Error("damaged");
      return chunkOf(index);
    },
    frame: async (frame) => {
      asked.push(`frame ${frame}`);
      await pause();
      return new Blob([new Uint8Array([255])]);
    },
  });
  return { asked, source };
}

function chunkOf(index: number): ArrayBuffer {
  const first = LAYOUT.start + index * LAYOUT.size;
  const names = Array.from({ length: LAYOUT.size }, (_, at) => [
    `${String(at).padStart(6, "0")}.jpeg`,
    new Uint8Array([first + at]),
  ]);
  return zipSync(Object.fromEntries(names.reverse())).buffer as ArrayBuffer;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 2));
const settle = () => new Promise((resolve) => setTimeout(resolve, 40));

async function byteOf(blob: Promise<Blob>): Promise<number | undefined> {
  return new Uint8Array(await (await blob).arrayBuffer())[0];
}

describe("chunks of a video", () => {
  it("come after the frame that was sought, then the next one in the direction of travel", async () => {
    const { asked, source } = open();
    const sought = source.fetch(17, NEVER);
    source.follow([17, 16, 15]);
    expect(await byteOf(sought)).toBe(255);
    await settle();
    expect(asked).toEqual(["frame 17", "chunk 1", "chunk 0"]);
    expect(new Set(source.local())).toEqual(new Set(Array.from({ length: 10 }, (_, n) => n + 10)));
  });

  it("give every frame its own picture", async () => {
    const { asked, source } = open();
    source.follow([10, 11]);
    for (let frame = 10; frame <= 24; frame += 1) {
      source.follow([frame, frame + 1]);
      expect(await byteOf(source.fetch(frame, NEVER))).toBe(frame);
    }
    expect(asked).toEqual(["chunk 0", "chunk 1", "chunk 2"]);
  });

  it("are given up when the travel has gone elsewhere", async () => {
    const { asked, source } = open();
    source.follow([10, 11]);
    source.follow([24, 23]);
    await settle();
    expect([...new Set(source.local())].toSorted()).toEqual([
      15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
    ]);
    expect(asked.filter((name) => name === "chunk 0").length).toBeLessThanOrEqual(1);
  });

  it("that cannot be had leave their frames to be asked for one by one", async () => {
    const { source } = open(new Set([1]));
    source.follow([15, 16]);
    expect(await byteOf(source.fetch(15, NEVER))).toBe(255);
    source.follow([16, 17]);
    expect(await byteOf(source.fetch(16, NEVER))).toBe(255);
    await settle();
    expect(await byteOf(source.fetch(20, NEVER))).toBe(20);
  });

  it("with a frame that is no picture are not believed again at once", async () => {
    const { source } = open();
    source.follow([10, 11]);
    expect(await byteOf(source.fetch(12, NEVER))).toBe(12);
    source.forget(12);
    source.follow([12, 13]);
    expect(await byteOf(source.fetch(12, NEVER))).toBe(255);
  });

  it("stop when the job is closed", async () => {
    const stopped = vi.fn();
    const source = new ChunkSource(LAYOUT, {
      chunk: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            stopped();
            reject(signal.reason);
          });
        }),
      frame: async () => new Blob(),
    });
    source.follow([10, 11]);
    await pause();
    source.dispose();
    expect(stopped).toHaveBeenCalledOnce();
  });
});
