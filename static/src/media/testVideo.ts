import fc from "fast-check";
import { gzipSync } from "fflate";
import type { DecoderNews, DecoderOrder, PictureDecoder } from "./picture-decoder";
import type { SampleIndex } from "./sample-index";
import { parseSampleIndex } from "./sample-index";

/** A video without pictures, for tests: arrays as in the sample table. */
export interface Table {
  readonly times: readonly number[];
  readonly offsets: readonly number[];
  readonly sizes: readonly number[];
  readonly keys: readonly number[];
  readonly frames: readonly number[];
}

const TICKS = 512;

/** Groups of pictures: how many there are in each, and how many its key sample comes too early. */
const groups = fc.array(
  fc.record({ length: fc.integer({ min: 1, max: 9 }), leading: fc.integer({ min: 0, max: 3 }) }),
  { minLength: 1, maxLength: 6 },
);

/** Videos with B-frames and open groups of pictures. */
export const tables: fc.Arbitrary<Table> = fc
  .tuple(groups, fc.infiniteStream(fc.integer({ min: 0, max: 2 })))
  .map(([lengths, disorder]) => {
    const times: number[] = [];
    const keys: number[] = [];
    for (const { length, leading } of lengths) {
      const first = times.length;
      const early = first === 0 ? 0 : Math.min(leading, length - 1);
      keys.push(first);
      times.push((first + early) * TICKS);
      const rest = Array.from({ length }, (_, at) => first + at).filter(
        (at) => at !== first + early,
      );
      while (rest.length > 0) {
        const pick = Math.min(disorder.next().value as number, rest.length - 1);
        times.push((rest.splice(pick, 1)[0] as number) * TICKS);
      }
    }
    return tableOf(times, keys);
  });

/** A table with samples of ten bytes and more, sound between them. */
export function tableOf(times: readonly number[], keys: readonly number[]): Table {
  const sizes = times.map((_, sample) => 10 + (sample % 5));
  let end = 100;
  const offsets = sizes.map((size, sample) => {
    const offset = end;
    end += size + (sample % 3 === 0 ? 7 : 0);
    return offset;
  });
  const frames = [...times.keys()].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  return { times, offsets, sizes, keys, frames };
}

export function packed({ times, offsets, sizes, keys, frames }: Table, missing = 0): Blob {
  const facts = {
    codec: "avc1.64001f",
    config: btoa("avcC"),
    coded_width: 64,
    coded_height: 48,
    rotation: 90,
    mirrored: false,
    contiguous: true,
    samples: times.length,
    keys: keys.length,
    frames: frames.length,
  };
  const json = new TextEncoder().encode(JSON.stringify(facts));
  const parts = [
    bytesOf(new Uint32Array([json.length]), json),
    bytesOf(new Float64Array(offsets)),
    bytesOf(new Float64Array(times)),
    bytesOf(new Uint32Array(sizes)),
    bytesOf(new Uint32Array(keys)),
    bytesOf(new Uint32Array(frames)),
  ].flat();
  return new Blob([gzipSync(Uint8Array.from(parts.slice(0, parts.length - missing)))]);
}

export function indexOf(table: Table, missing = 0): Promise<SampleIndex> {
  return parseSampleIndex(packed(table, missing));
}

function bytesOf(...arrays: ArrayBufferView[]): number[] {
  const bytes = arrays.flatMap(({ buffer, byteOffset, byteLength }) => [
    ...new Uint8Array(buffer, byteOffset, byteLength),
  ]);
  return [...bytes, ...new Array<number>(-bytes.length & 7).fill(0)];
}

/** Frames that nobody has closed yet. */
export const open = new Set<object>();

/** Just enough of a decoded frame to be kept, copied and closed. */
export function fakeFrame(timestamp: number): VideoFrame {
  const frame = {
    timestamp,
    format: "I420",
    visibleRect: { width: 64, height: 48 },
    allocationSize: () => (64 * 48 * 3) / 2,
    clone: () => fakeFrame(timestamp),
    close: () => open.delete(frame),
  };
  open.add(frame);
  return frame as unknown as VideoFrame;
}

/**
 * Gives pictures in presentation order, each once so many packets beyond it are there, as decoders
 * do; and refuses what no decoder takes. `lost` are times whose pictures never come.
 */
export class FakeDecoder implements PictureDecoder {
  runs = 0;
  private run = -1;
  private begun = false;
  private held: { time: number; wanted: boolean }[] = [];
  private tell: (news: DecoderNews) => void = () => {};

  constructor(
    private readonly delay = 3,
    private readonly lost: ReadonlySet<number> = new Set(),
  ) {}

  listen(listener: (news: DecoderNews) => void): void {
    this.tell = listener;
  }

  order(order: DecoderOrder): void {
    if (order.kind === "start") {
      [this.run, this.begun, this.held] = [order.run, false, []];
      this.runs += 1;
      return;
    }
    if (order.run !== this.run) throw new Error("An order for a run that has ended");
    if (order.kind === "finish") this.later(() => this.finish(order.run));
    else {
      for (const { time, key, wanted, bytes } of order.packets) {
        if (!this.begun && !key) throw new Error("Decoding starts with a key");
        if (bytes.length === 0) throw new Error("An empty packet ends the stream");
        this.begun = true;
        this.held.push({ time, wanted });
      }
      this.later(() => this.release(order.run, this.delay));
      this.later(() => this.tell({ kind: "idle", run: order.run }));
    }
  }

  dispose(): void {
    this.run = -1;
  }

  private finish(run: number): void {
    this.release(run, 0);
    this.tell({ kind: "finished", run });
  }

  private release(run: number, keep: number): void {
    if (run !== this.run) return;
    this.held.sort((a, b) => a.time - b.time);
    for (const { time, wanted } of this.held.splice(0, Math.max(0, this.held.length - keep))) {
      const frame = wanted && !this.lost.has(time) ? fakeFrame(time) : null;
      if (frame) this.tell({ kind: "picture", run, time, frame });
    }
  }

  private later(action: () => void): void {
    setTimeout(action);
  }
}
