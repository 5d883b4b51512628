import { Signal } from "../document/signal";
import type { Drawable } from "./drawable";
import { DecoderFailed } from "./packet-pictures";
import type { Pictures } from "./pictures";
import { isAbort, superfluous, UndecodableFrame } from "./pictures";
import type { Range } from "./ranges";

/** Failures in a row, beside those of the decoder, after which the better source is given up. */
const PATIENCE = 3;

/**
 * Pictures from the best source that there is: where that one does not open, or gives up, from the
 * other one, for single frames or for good. Nobody who looks at the pictures notices.
 */
export class FallbackPictures implements Pictures {
  readonly loaded = new Signal<readonly Range[]>([]);
  private best: Pictures | null = null;
  private other: Pictures | null = null;
  private readonly opened: Promise<void>;
  private wanted = -1;
  private failures = 0;
  private disposed = false;

  /**
   * `opening` resolves to null where there is no better source than `openOther`, which is opened
   * when it is first needed; `note` is told once why the better one was given up.
   */
  constructor(
    opening: Promise<Pictures | null>,
    private readonly openOther: () => Pictures,
    private readonly note: (reason: string) => void,
  ) {
    this.opened = opening.then(
      (best) => {
        if (this.disposed) best?.dispose();
        else if (best) this.best = this.watched(best);
      },
      (error: unknown) => note(String(error)),
    );
  }

  isReady(frame: number): boolean {
    return Boolean(this.best?.isReady(frame) || this.other?.isReady(frame));
  }

  async get(frame: number): Promise<Drawable> {
    this.wanted = frame;
    await this.opened;
    if (this.disposed || this.wanted !== frame) throw superfluous();
    const { best } = this;
    if (!best) return this.others().get(frame);
    try {
      const picture = await best.get(frame);
      this.failures = 0;
      return picture;
    } catch (error) {
      if (isAbort(error) || this.disposed || this.wanted !== frame) throw superfluous();
      const picture = await this.others().get(frame);
      this.blame(best, error);
      return picture;
    }
  }

  dispose(): void {
    this.disposed = true;
    this.best?.dispose();
    this.other?.dispose();
  }

  private others(): Pictures {
    this.other ??= this.watched(this.openOther());
    return this.other;
  }

  /** The other source had what the better one had not. */
  private blame(better: Pictures, error: unknown): void {
    // A picture that no decoder gives is that picture's trouble.
    if (error instanceof UndecodableFrame || this.best !== better) return;
    this.failures += 1;
    if (!(error instanceof DecoderFailed) && this.failures < PATIENCE) return;
    this.best = null;
    better.dispose();
    this.announce();
    this.note(String(error));
  }

  private watched(pictures: Pictures): Pictures {
    pictures.loaded.subscribe(() => this.announce());
    return pictures;
  }

  private announce(): void {
    const parts = [this.best, this.other].flatMap((pictures) => pictures?.loaded.value ?? []);
    this.loaded.value = parts.toSorted((a, b) => a.first - b.first);
  }
}
