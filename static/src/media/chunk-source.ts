import { Signal } from "../document/signal";
import { ByteCache } from "./byte-cache";
import type { DownloadFrame, FrameSource } from "./source";
import { ENCODED_BUDGET, SingleFrameSource } from "./source";
import { unpackPictures } from "./unpack";

export interface ChunkLayout {
  /** First frame of the job. */
  readonly start: number;
  readonly stop: number;
  /** Frames in a chunk. */
  readonly size: number;
}

export interface ChunkDownloads {
  /** A zip archive of the pictures of the job's chunk of this index. */
  chunk(index: number, signal: AbortSignal): Promise<ArrayBuffer>;
  frame: DownloadFrame;
}

interface Transfer {
  readonly chunk: Promise<readonly Blob[]>;
  readonly control: AbortController;
}

/**
 * Archives of consecutive frames. A frame far from what is here comes alone, so that it is seen at
 * once; then its chunk comes, and then the next one in the direction of travel.
 */
export class ChunkSource implements FrameSource {
  readonly arrivals = new Signal(0);
  private readonly chunks = new ByteCache<number, readonly Blob[]>(ENCODED_BUDGET);
  private readonly singles: SingleFrameSource;
  private readonly transfers = new Map<number, Transfer>();
  /** Chunks that could not be had when they were last asked for: their frames come alone. */
  private readonly refused = new Set<number>();
  private current = -1;
  private alone: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly layout: ChunkLayout,
    private readonly downloads: ChunkDownloads,
  ) {
    this.singles = new SingleFrameSource(downloads.frame);
  }

  async fetch(frame: number, signal: AbortSignal): Promise<Blob> {
    const index = this.indexOf(frame);
    const known = this.chunks.get(index) ?? this.transfers.get(index)?.chunk;
    const chunk = known && (await Promise.resolve(known).catch(() => null));
    signal.throwIfAborted();
    const blob = chunk?.[frame - this.firstOf(index)];
    if (blob) return blob;
    const alone = this.singles.fetch(frame, signal);
    this.alone = alone;
    return alone;
  }

  follow(frames: readonly number[]): void {
    const indices = this.indicesOf(frames);
    if (indices[0] !== this.current) this.refused.clear();
    this.current = indices[0] ?? -1;
    for (const [index, { control }] of this.transfers) {
      if (!indices.includes(index)) control.abort();
    }
    for (const index of indices) {
      const here = this.chunks.has(index) || this.transfers.has(index);
      if (!here && !this.refused.has(index)) this.transfer(index);
    }
  }

  forget(frame: number): void {
    const index = this.indexOf(frame);
    this.singles.forget(frame);
    if (this.chunks.has(index)) this.refused.add(index);
    this.chunks.delete(index);
  }

  *local(): Iterable<number> {
    yield* this.singles.local();
    for (const index of this.chunks.keys()) {
      const first = this.firstOf(index);
      const last = Math.min(first + this.layout.size - 1, this.layout.stop);
      for (let frame = first; frame <= last; frame += 1) yield frame;
    }
  }

  dispose(): void {
    for (const { control } of this.transfers.values()) control.abort();
    this.chunks.clear();
    this.singles.dispose();
  }

  private indexOf(frame: number): number {
    return Math.floor((frame - this.layout.start) / this.layout.size);
  }

  private firstOf(index: number): number {
    return this.layout.start + index * this.layout.size;
  }

  /** Chunks of these frames and one more in their direction, nearest first. */
  private indicesOf(frames: readonly number[]): number[] {
    const [first = this.layout.start, second = first] = frames;
    const indices = frames.map((frame) => this.indexOf(frame));
    const beyond = (indices.at(-1) ?? 0) + Math.sign(second - first);
    const count = this.indexOf(this.layout.stop) + 1;
    return [...new Set([...indices, beyond])].filter((index) => index >= 0 && index < count);
  }

  /** One chunk at a time, after the frames that are asked for alone: somebody waits for those. */
  private transfer(index: number): void {
    const control = new AbortController();
    const before = [this.alone, ...[...this.transfers.values()].map(({ chunk }) => chunk)];
    const chunk = Promise.allSettled(before)
      .then(() => {
        control.signal.throwIfAborted();
        return this.downloads.chunk(index, control.signal);
      })
      .then(unpackPictures);
    this.transfers.set(index, { chunk, control });
    chunk
      .then(
        (blobs) => {
          const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
          if (!control.signal.aborted) this.chunks.set(index, blobs, bytes);
        },
        () => {
          if (!control.signal.aborted) this.refused.add(index);
        },
      )
      .finally(() => {
        if (this.transfers.get(index)?.control === control) this.transfers.delete(index);
        this.arrivals.value += 1;
      });
    // What was given up may be wanted again before it has ended.
    control.signal.addEventListener("abort", () => {
      if (this.transfers.get(index)?.control === control) this.transfers.delete(index);
    });
  }
}
