import { Signal } from "../document/signal";
import { ByteCache } from "./byte-cache";

/** Encoded pictures by frame number relative to the task. */
export interface FrameSource {
  /** Changes when something has arrived, so that whoever shows `local` looks again. */
  readonly arrivals: Signal<number>;
  fetch(frame: number, signal: AbortSignal): Promise<Blob>;
  /** Frames in the order in which they are likely to be shown, the current one first. */
  follow(frames: readonly number[]): void;
  /** The bytes of a frame turned out to be no picture: the next fetch asks for them again. */
  forget(frame: number): void;
  /** Frames whose bytes are here already. */
  local(): Iterable<number>;
  dispose(): void;
}

export type DownloadFrame = (frame: number, signal: AbortSignal) => Promise<Blob>;

/** Bytes of encoded pictures that are kept. */
export const ENCODED_BUDGET = 192 * 1024 * 1024;

/** One request for each frame. */
export class SingleFrameSource implements FrameSource {
  readonly arrivals = new Signal(0);
  private readonly blobs = new ByteCache<number, Blob>(ENCODED_BUDGET);

  constructor(private readonly download: DownloadFrame) {}

  async fetch(frame: number, signal: AbortSignal): Promise<Blob> {
    const known = this.blobs.get(frame);
    if (known) return known;
    const blob = await this.download(frame, signal);
    this.blobs.set(frame, blob, blob.size);
    this.arrivals.value += 1;
    return blob;
  }

  follow(): void {}

  forget(frame: number): void {
    this.blobs.delete(frame);
  }

  local(): Iterable<number> {
    return this.blobs.keys();
  }

  dispose(): void {
    this.blobs.clear();
  }
}
