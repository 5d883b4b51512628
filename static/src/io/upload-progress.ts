export interface UploadProgress {
  /** Bytes that have arrived, and all bytes. */
  sent: number;
  total: number;
  filesDone: number;
  files: number;
  /** Over the last few seconds; null until it is known. */
  bytesPerSecond: number | null;
  secondsLeft: number | null;
}

const WINDOW_MILLISECONDS = 6000;
const MINIMUM_MILLISECONDS = 500;

/** Adds up what has been sent of several files at once, and how fast. Times in milliseconds. */
export class UploadMeter {
  #sent = 0;
  #filesDone = 0;
  #samples: { time: number; sent: number }[] = [];

  constructor(
    private readonly total: number,
    private readonly files: number,
  ) {}

  /** `bytes` more have been sent; negative when a piece has to be sent again. */
  add(bytes: number, now: number): void {
    this.#sent += bytes;
    this.#samples.push({ time: now, sent: this.#sent });
    while (now - (this.#samples[0]?.time ?? now) > WINDOW_MILLISECONDS) this.#samples.shift();
  }

  /** `bytes` had been sent before: progress, but no speed. */
  skip(bytes: number): void {
    this.#sent += bytes;
    for (const sample of this.#samples) sample.sent += bytes;
  }

  fileDone(): void {
    this.#filesDone += 1;
  }

  progress(): UploadProgress {
    const speed = this.#bytesPerSecond();
    return {
      sent: this.#sent,
      total: this.total,
      filesDone: this.#filesDone,
      files: this.files,
      bytesPerSecond: speed,
      secondsLeft: speed ? (this.total - this.#sent) / speed : null,
    };
  }

  #bytesPerSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.time - first.time < MINIMUM_MILLISECONDS) return null;
    return Math.max(0, ((last.sent - first.sent) / (last.time - first.time)) * 1000);
  }
}
