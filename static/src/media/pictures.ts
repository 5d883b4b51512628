import type { Signal } from "../document/signal";
import type { Drawable } from "./drawable";
import type { Range } from "./ranges";

/** Decoded pictures of a job by frame number relative to the task. */
export interface Pictures {
  /** What is on this machine, decoded or not, for the scrubber. */
  readonly loaded: Signal<readonly Range[]>;
  /** Whether the picture can be shown without a wait. */
  isReady(frame: number): boolean;
  /**
   * Rejects when the picture cannot be had; asking again tries again. Rejects with an AbortError
   * when a later call made the picture superfluous. The picture stays usable until another one is
   * asked for.
   *
   * @throws {UndecodableFrame} if what came is no picture.
   */
  get(frame: number): Promise<Drawable>;
  dispose(): void;
}

/** The bytes of a frame came, but they are no picture. */
export class UndecodableFrame extends Error {}

/** Bytes of decoded pictures that may be kept: two of the largest that are ever shown fit. */
export const PICTURE_BUDGET = 512 * 1024 * 1024;

/** What a promise rejects with when nobody waits for its picture any longer. */
export function superfluous(): DOMException {
  return new DOMException("Another frame is wanted", "AbortError");
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
