import { Signal } from "../document/signal";
import { ByteCache } from "./byte-cache";
import { decodePicture } from "./decode-picture";
import type { Drawable } from "./drawable";
import type { Pictures } from "./pictures";
import { PICTURE_BUDGET, UndecodableFrame } from "./pictures";
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

export const DEFAULT_LIMITS = { budget: PICTURE_BUDGET, ahead: 16, parallel: 4 };
/** Until something is shown, at most one frame is fetched beside the one that is waited for. */
const PARALLEL_AT_FIRST = 2;

/** Decodes a picture into at most so many bytes. */
type Decode = (blob: Blob, bytes: number) => Promise<Drawable>;

interface Loading {
  readonly bitmap: Promise<Drawable>;
  readonly control: AbortController;
}

/** Decoded pictures on demand; fetches ahead in the direction in which frames are asked for. */
export class FrameProvider implements Pictures {
  readonly loaded = new Signal<readonly Range[]>([]);
  private readonly bitmaps: ByteCache<number, Drawable>;
  private readonly underWay = new Map<number, Loading>();
  private readonly stopListening: () => void;
  private disposed = false;
  private started = false;
  private last: number;
  private direction: 1 | -1 = 1;
  private ahead: number[] = [];
  private announced = 0;

  constructor(
    private readonly source: FrameSource,
    private readonly limits: ProviderLimits,
    private readonly decode: Decode = decodePicture,
  ) {
    this.last = limits.start - 1;
    this.bitmaps = new ByteCache(limits.budget, (bitmap) => bitmap.close());
    this.stopListening = source.arrivals.subscribe(() => this.announce());
    document.addEventListener("visibilitychange", this.pump);
  }

  isReady(frame: number): boolean {
    return this.bitmaps.has(frame);
  }

  get(frame: number): Promise<Drawable> {
    if (frame !== this.last) this.direction = frame > this.last ? 1 : -1;
    this.last = frame;
    const forward = this.framesAhead(frame);
    const behind = frame - this.direction;
    this.giveUpExcept(new Set([frame, behind, ...forward]));
    const wanted = this.load(frame);
    this.source.follow([frame, ...forward]);
    this.ahead = this.isInRange(behind) ? [...forward, behind] : forward;
    this.pump();
    return wanted;
  }

  dispose(): void {
    this.disposed = true;
    this.stopListening();
    document.removeEventListener("visibilitychange", this.pump);
    this.ahead = [];
    this.giveUpExcept(new Set());
    this.bitmaps.clear();
    this.source.dispose();
    window.clearTimeout(this.announced);
  }

  private load(frame: number): Promise<Drawable> {
    const ready = this.bitmaps.get(frame);
    if (ready) return Promise.resolve(ready);
    const known = this.underWay.get(frame);
    if (known) return known.bitmap;
    const control = new AbortController();
    const bitmap = this.fetchAndDecode(frame, control.signal).finally(() => {
      if (this.underWay.get(frame)?.control === control) this.underWay.delete(frame);
      this.announce();
      this.pump();
    });
    this.underWay.set(frame, { bitmap, control });
    return bitmap;
  }

  private async fetchAndDecode(frame: number, signal: AbortSignal): Promise<Drawable> {
    const blob = await this.source.fetch(frame, signal);
    signal.throwIfAborted();
    // The cache keeps two pictures whatever they weigh.
    const bitmap = await this.decode(blob, this.limits.budget / 2).catch((reason: unknown) => {
      this.source.forget(frame);
      throw new UndecodableFrame(`Frame ${frame} is no picture`, { cause: reason });
    });
    if (signal.aborted) bitmap.close();
    signal.throwIfAborted();
    this.bitmaps.set(frame, bitmap, bitmap.bytes);
    if (frame === this.last) this.started = true;
    return bitmap;
  }

  private giveUpExcept(wanted: ReadonlySet<number>): void {
    for (const [frame, { bitmap, control }] of this.underWay) {
      if (wanted.has(frame)) continue;
      bitmap.catch(() => {});
      this.underWay.delete(frame);
      control.abort();
    }
  }

  private framesAhead(frame: number): number[] {
    const { ahead } = this.limits;
    return Array.from({ length: ahead }, (_, step) => frame + (step + 1) * this.direction).filter(
      (next) => this.isInRange(next),
    );
  }

  private isInRange(frame: number): boolean {
    return frame >= this.limits.start && frame <= this.limits.stop;
  }

  private readonly pump = (): void => {
    // Nobody looks: what is likely to be shown can wait.
    if (document.hidden) return;
    const parallel = this.started ? this.limits.parallel : PARALLEL_AT_FIRST;
    while (this.underWay.size < parallel && this.hasRoomAhead()) {
      const next = this.ahead.shift();
      if (next === undefined) return;
      // A frame that fails ahead of time is tried again, and reported, when it is shown.
      if (!this.bitmaps.has(next)) this.load(next).catch(() => {});
    }
  };

  /** Fetching ahead must never push out the frames that it has just fetched. */
  private hasRoomAhead(): boolean {
    if (this.disposed) return false;
    const fetched = [...this.bitmaps.keys()];
    const each = fetched.length === 0 ? 0 : this.bitmaps.bytes / fetched.length;
    const useful = fetched.filter((frame) => (frame - this.last) * this.direction >= 0).length;
    return each * (useful + this.underWay.size + 1) <= this.limits.budget;
  }

  /** Collected, because frames arrive faster than a scrubber needs to be drawn. */
  private announce(): void {
    if (this.announced !== 0 || this.disposed) return;
    this.announced = window.setTimeout(() => {
      this.announced = 0;
      this.loaded.value = toRanges([...this.source.local(), ...this.bitmaps.keys()]);
    }, 100);
  }
}
