import type { Drawable } from "./drawable";

/** Decoded pictures within a budget of bytes. */
export class PictureShelf {
  private readonly pictures = new Map<number, Drawable>();
  private total = 0;

  constructor(readonly budget: number) {}

  get bytes(): number {
    return this.total;
  }

  has(frame: number): boolean {
    return this.pictures.has(frame);
  }

  get(frame: number): Drawable | undefined {
    return this.pictures.get(frame);
  }

  frames(): Iterable<number> {
    return this.pictures.keys();
  }

  /** Keeps a picture and gives up those of the greatest distance; 0 is that of one to be kept. */
  put(frame: number, picture: Drawable, distance: (frame: number) => number): void {
    this.remove(frame);
    this.pictures.set(frame, picture);
    this.total += picture.bytes;
    while (this.total > this.budget) {
      const furthest = [...this.pictures.keys()].reduce((a, b) =>
        distance(b) > distance(a) ? b : a,
      );
      if (distance(furthest) === 0) break;
      this.remove(furthest);
    }
  }

  clear(): void {
    for (const frame of [...this.pictures.keys()]) this.remove(frame);
  }

  private remove(frame: number): void {
    const picture = this.pictures.get(frame);
    if (!picture) return;
    this.pictures.delete(frame);
    this.total -= picture.bytes;
    picture.close();
  }
}
