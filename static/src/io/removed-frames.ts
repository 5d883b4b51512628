import { send } from "../api/client";
import { Signal } from "../document/signal";

/** Frames that were taken out of a job: stepping and playing leave them out, exports too. */
export class RemovedFrames {
  readonly numbers: Signal<ReadonlySet<number>>;
  private saving: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly jobId: number,
    removed: readonly number[],
  ) {
    this.numbers = new Signal<ReadonlySet<number>>(new Set(removed));
  }

  has(frame: number): boolean {
    return this.numbers.value.has(frame);
  }

  /**
   * Takes a frame out, or puts it back. It is shown at once and taken back if the server refuses.
   *
   * @throws {ApiError} if the server refuses or cannot be reached.
   */
  async set(frame: number, removed: boolean): Promise<void> {
    if (this.has(frame) === removed) return;
    this.change(frame, removed);
    // One after the other: each request says all of them.
    const saved = this.saving.catch(() => {}).then(() => this.save());
    this.saving = saved;
    try {
      await saved;
    } catch (error) {
      this.change(frame, !removed);
      throw error;
    }
  }

  private change(frame: number, removed: boolean): void {
    const numbers = new Set(this.numbers.value);
    if (removed) numbers.add(frame);
    else numbers.delete(frame);
    this.numbers.value = numbers;
  }

  private save(): Promise<unknown> {
    const frames = [...this.numbers.value].toSorted((a, b) => a - b);
    return send(`/api/jobs/${this.jobId}/data/meta`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ deleted_frames: frames }),
    });
  }
}
