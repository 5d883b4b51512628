import type { Packet } from "./packet-reader";
import type { PictureDecoder } from "./picture-decoder";
import type { SampleIndex } from "./sample-index";

let runs = 0;

/** Packets that nobody needs are decoded up to this many, before starting anew pays. */
const NEAR = 16;

/**
 * One stretch of decoding: packets from a key sample on, in order, without a gap. Frames are those
 * of the video, not of the task.
 */
export class DecodingRun {
  readonly id = runs++;
  /** The decoder has taken all that it was given. */
  idle = true;
  /** No more packets can follow. */
  finishing = false;
  /** Samples `start..next - 1` were given to the decoder. */
  private next: number;
  private readonly pending = new Set<number>();

  constructor(
    private readonly index: SampleIndex,
    private readonly decoder: PictureDecoder,
    readonly start: number,
  ) {
    this.next = start;
    decoder.order({ kind: "start", run: this.id });
  }

  /** The sample that is to be given next. */
  get position(): number {
    return this.next;
  }

  /** Whether a frame's picture is still to come of what was given already. */
  isPending(frame: number): boolean {
    return this.pending.has(this.index.sampleOf(frame));
  }

  /** Frames whose pictures have not come. */
  unseen(): readonly number[] {
    return [...this.pending].flatMap((sample) => this.index.framesOf(sample));
  }

  /** Whether going on gives a frame, with few packets between that nobody needs. */
  leadsTo(frame: number): boolean {
    const entry = this.index.entryOf(frame);
    const sample = this.index.sampleOf(frame);
    const near = this.start <= entry && entry <= this.next + NEAR;
    return !this.finishing && near && sample >= this.next;
  }

  /** Gives the packets that follow; pictures of frames that `wants` are to come back. */
  feed(packets: readonly Packet[], wants: (frame: number) => boolean): void {
    const timed = packets
      // An empty packet would end the stream.
      .filter(({ bytes }) => bytes.length > 0)
      .map(({ sample, bytes }) => {
        const wanted = this.index
          .framesOf(sample)
          .some((frame) => this.shows(frame) && wants(frame));
        if (wanted) this.pending.add(sample);
        const [time, key] = [this.index.timeOf(sample), this.index.isKey(sample)];
        return { time, key, wanted, bytes };
      });
    this.next += packets.length;
    this.idle = timed.length === 0;
    if (timed.length > 0) this.decoder.order({ kind: "decode", run: this.id, packets: timed });
  }

  /** Makes the decoder give up the pictures that it holds back. */
  finish(): void {
    this.finishing = true;
    this.decoder.order({ kind: "finish", run: this.id });
  }

  /** Notes that a picture has come; returns the frames that it shows. */
  arrived(time: number): readonly number[] {
    const frames = this.index.framesAt(time);
    for (const frame of frames) this.pending.delete(this.index.sampleOf(frame));
    return frames.filter((frame) => this.shows(frame));
  }

  /** Whether the decoder has all that a frame's picture refers to. */
  private shows(frame: number): boolean {
    return this.index.entryOf(frame) >= this.start;
  }
}
