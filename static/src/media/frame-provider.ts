import { Signal } from "../document/signal";
import { ByteCache } from "./byte-cache";
import type { Range } from "./ranges";
import { toRanges } from "./ranges";
import type { FrameSource } from "./source";

export interface ProviderLimits {
  /** First and last frame, inclusive. */
  readonly start: number;
  readonly stop: number;
  /** Bytes of decoded pictures that may be kept. */
  readonly budget: number;
  /** Frames fetched ahead in the direction of travel. */
  readonly ahead: number;
  readonly parallel: number;
}

export const DEFAULT_LIMITS = { budget: 320 * 1024 * 1024, ahead: 16, parallel: 4 };

type Decode = (blob: Blob) => Promise<ImageBitmap>;

/** Decoded pictures on demand; fetches ahead in the direction in which frames are asked for. */
export class FrameProvider {
  /** What is on this machine, for the scrubber. */
  readonly loaded = new Signal<readonly Range[]>([]);
  private readonly bitmaps: ByteCache<number, ImageBitmap>;
  private readonly underWay = new Map<number, Promise<ImageBitmap>>();
  private readonly closing = new AbortController();
  private last: number;
  private direction: 1 | -1 = 1;
  private ahead: number[] = [];
  private announced = 0;

  constructor(
    private readonly source: FrameSource,
    private readonly limits: ProviderLimits,
    private readonly decode: Decode = (blob) => createImageBitmap(blob),
  ) {
    this.last = limits.start - 1;
    this.bitmaps = new ByteCache(limits.budget, (bitmap) => bitmap.close());
  }

  isReady(frame: number): boolean {
    return this.bitmaps.has(frame);
  }

  /** Rejects when the picture cannot be had; asking again tries again. */
  get(frame: number): Promise<ImageBitmap> {
    if (frame !== this.last) this.direction = frame > this.last ? 1 : -1;
    this.last = frame;
    const wanted = this.load(frame);
    this.planAhead(frame);
    return wanted;
  }

  dispose(): void {
    this.closing.abort();
    this.ahead = [];
    this.bitmaps.clear();
    window.clearTimeout(this.announced);
  }

  private load(frame: number): Promise<ImageBitmap> {
    const ready = this.bitmaps.get(frame);
    if (ready) return Promise.resolve(ready);
    const known = this.underWay.get(frame);
    if (known) return known;
    const loading = this.source
      .fetch(frame, this.closing.signal)
      .then(this.decode)
      .then((bitmap) => {
        this.bitmaps.set(frame, bitmap, bitmap.width * bitmap.height * 4);
        return bitmap;
      })
      .finally(() => {
        this.underWay.delete(frame);
        this.announce();
        this.pump();
      });
    this.underWay.set(frame, loading);
    return loading;
  }

  private planAhead(frame: number): void {
    const { start, stop, ahead } = this.limits;
    this.ahead = Array.from({ length: ahead }, (_, step) => frame + (step + 1) * this.direction)
      .concat(frame - this.direction)
      .filter((next) => next >= start && next <= stop);
    this.pump();
  }

  private pump(): void {
    while (this.underWay.size < this.limits.parallel && this.hasRoomAhead()) {
      const next = this.ahead.shift();
      if (next === undefined) return;
      // A frame that fails ahead of time is tried again, and reported, when it is shown.
      if (!this.bitmaps.has(next)) this.load(next).catch(() => {});
    }
  }

  /** Fetching ahead must never push out the frames that it has just fetched. */
  private hasRoomAhead(): boolean {
    if (this.closing.signal.aborted) return false;
    const fetched = [...this.bitmaps.keys()];
    const each = fetched.length === 0 ? 0 : this.bitmaps.bytes / fetched.length;
    const useful = fetched.filter((frame) => (frame - this.last) * this.direction >= 0).length;
    return each * (useful + this.underWay.size + 1) <= this.limits.budget;
  }

  /** Collected, because frames arrive faster than a scrubber needs to be drawn. */
  private announce(): void {
    if (this.announced !== 0 || this.closing.signal.aborted) return;
    this.announced = window.setTimeout(() => {
      this.announced = 0;
      this.loaded.value = toRanges([...this.source.local(), ...this.bitmaps.keys()]);
    }, 100);
  }
}
