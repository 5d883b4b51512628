import { Signal } from "../document/signal";

export interface Playable {
  /** The frame that is shown. */
  current(): number;
  /** The frame after one, or null at the end. */
  after(frame: number): number | null;
  /** Shows a frame; resolves when it is on the screen. */
  show(frame: number): Promise<void>;
}

/** Plays every frame in turn, at most at the wanted rate: an annotator must see them all. */
export class Playback {
  readonly playing = new Signal(false);
  readonly rate = new Signal(25);

  constructor(private readonly frames: Playable) {}

  toggle(): void {
    if (this.playing.value) this.stop();
    else void this.play();
  }

  stop(): void {
    this.playing.value = false;
  }

  private async play(): Promise<void> {
    this.playing.value = true;
    let due = performance.now();
    try {
      // Frames that pass while nobody looks would not have been seen.
      while (this.playing.value && !document.hidden) {
        const next = this.frames.after(this.frames.current());
        if (next === null) break;
        due += 1000 / this.rate.value;
        await this.frames.show(next);
        const late = performance.now() - due;
        if (late < 0) await pause(-late);
        else due += late;
      }
    } finally {
      this.stop();
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, milliseconds));
}
