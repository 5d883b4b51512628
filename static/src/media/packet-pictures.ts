import { Signal } from "../document/signal";
import { DecodingRun } from "./decoding-run";
import type { Drawable } from "./drawable";
import { FrameDrawable } from "./drawable";
import type { PacketReader } from "./packet-reader";
import type { DecoderNews, PictureDecoder } from "./picture-decoder";
import { PictureShelf } from "./picture-shelf";
import type { Pictures } from "./pictures";
import { isAbort, PICTURE_BUDGET, superfluous, UndecodableFrame } from "./pictures";
import type { Range } from "./ranges";
import { rangesWhere } from "./ranges";
import type { SampleIndex } from "./sample-index";
import type { Travel } from "./travel";
import { distanceFrom, framesOf, isNear, roomFor } from "./travel";

/** Which frames of the video those of a job are. */
export interface FrameLayout {
  /** First and last frame of the job, inclusive. */
  readonly start: number;
  readonly stop: number;
  /** Frame `n` of the task is frame `first + n × step` of the video. */
  readonly first: number;
  readonly step: number;
}

interface Stretch {
  /** The run that goes on, or null for a new one. */
  readonly run: DecodingRun | null;
  readonly first: number;
  readonly last: number;
}

interface Waiting {
  readonly frame: number;
  readonly promise: Promise<Drawable>;
  readonly resolve: (picture: Drawable) => void;
  readonly reject: (reason: unknown) => void;
}

/** Packets given at a time to a decoder that holds back the picture that is waited for. */
const MORE = 4;
/** Packets fetched ahead of the decoder. */
const PACKETS_AHEAD = 100;
/** Bytes of a pixel of the plainest video: colours at half of the resolution. */
const LEAST_DEPTH = 1.5;
/** A decoder that says nothing for so long, while it has packets, never will. */
const SILENCE_MILLISECONDS = 5000;

/** The decoder cannot go on: its pictures must come another way. */
export class DecoderFailed extends Error {}

/** How many samples, from the first one on, hold every frame of a job. */
export function samplesOf(index: SampleIndex, { start, stop, first, step }: FrameLayout): number {
  let end = 0;
  for (let frame = first + start * step; frame <= first + stop * step; frame += 1) {
    end = Math.max(end, index.sampleOf(frame) + 1);
  }
  return end;
}

/** Pictures decoded on this machine from the packets of the video's own file. */
export class PacketPictures implements Pictures {
  readonly loaded = new Signal<readonly Range[]>([]);
  private readonly shelf = new PictureShelf(PICTURE_BUDGET);
  /** Frames that no decoder gave when it had all that they need. */
  private readonly lost = new Set<number>();
  private travel: Travel;
  /** Of the largest one yet. */
  private pictureBytes: number;
  private waiting: Waiting | null = null;
  private run: DecodingRun | null = null;
  private reading: (Stretch & { readonly control: AbortController }) | null = null;
  private failure: DecoderFailed | null = null;
  private stalled = false;
  private disposed = false;
  private announced = 0;
  private listening = 0;
  private readonly stopListening: () => void;
  /** Samples before this one hold all frames of the job; others may not be for this person. */
  private readonly samples: number;

  constructor(
    private readonly index: SampleIndex,
    private readonly reader: PacketReader,
    private readonly decoder: PictureDecoder,
    private readonly layout: FrameLayout,
  ) {
    this.samples = samplesOf(index, layout);
    const { codedWidth, codedHeight } = index.facts;
    this.pictureBytes = codedWidth * codedHeight * LEAST_DEPTH;
    this.travel = this.travelTo(layout.start - 1, 1);
    decoder.listen((news) => this.hear(news));
    this.stopListening = reader.arrivals.subscribe(() => this.announce());
    document.addEventListener("visibilitychange", this.work);
  }

  isReady(frame: number): boolean {
    return this.shelf.has(frame);
  }

  /** @throws {DecoderFailed} if no picture can be had this way any more. */
  get(frame: number): Promise<Drawable> {
    if (this.failure) return Promise.reject(this.failure);
    const { at } = this.travel;
    if (frame !== at) this.travel = this.travelTo(frame, frame > at ? 1 : -1);
    this.stalled = false;
    const promise = this.wait(frame);
    this.work();
    return promise;
  }

  dispose(): void {
    this.disposed = true;
    this.stopListening();
    document.removeEventListener("visibilitychange", this.work);
    window.clearTimeout(this.announced);
    window.clearTimeout(this.listening);
    this.reject(superfluous());
    this.reading?.control.abort();
    this.decoder.dispose();
    this.reader.dispose();
    this.shelf.clear();
  }

  private wait(frame: number): Promise<Drawable> {
    if (this.waiting?.frame === frame) return this.waiting.promise;
    this.reject(superfluous());
    const ready = this.shelf.get(frame);
    if (ready) return Promise.resolve(ready);
    if (this.lost.has(frame)) return Promise.reject(notDecoded(frame));
    this.waiting = waitFor(frame);
    return this.waiting.promise;
  }

  private reject(reason: unknown): void {
    this.waiting?.reject(reason);
    this.waiting = null;
  }

  /** Does what is to be done next; called whenever something has changed. */
  private readonly work = (): void => {
    if (this.disposed || this.failure || this.stalled) return;
    const next = this.plan();
    if (this.reading) {
      const { run, first, control } = this.reading;
      if (next?.run === run && next.first === first) return;
      this.reading = null;
      control.abort();
    }
    if (next) void this.carryOut(next);
  };

  /** The packets to be decoded next; null while there is nothing to do but wait. */
  private plan(): Stretch | null {
    const { run, travel } = this;
    const wanted = framesOf(travel).filter((frame) => !this.shelf.has(frame));
    const missing = wanted.find((frame) => !this.lost.has(frame) && !this.isPending(frame));
    if (missing === undefined) return this.pushOut(wanted);
    const urgent = missing === travel.at;
    if (!urgent && document.hidden) return this.pushOut(wanted);
    const frame = this.inVideo(missing);
    const last = this.index.sampleOf(frame);
    if (run?.leadsTo(frame)) return { run, first: run.position, last };
    if (!urgent) {
      // A new run decodes from its key sample on: worth it for many frames, not for each.
      const near = Math.abs(missing - travel.at) <= travel.room.ahead / 2;
      if (!near || wanted.some((other) => this.isPending(other))) return this.pushOut(wanted, near);
    }
    return { run: null, first: this.index.entryOf(frame), last };
  }

  /** Gets pictures out of the decoder that it holds back until it sees more packets. */
  private pushOut(wanted: readonly number[], leaving = false): Stretch | null {
    const { run, travel } = this;
    if (!run || run.finishing || !wanted.some((frame) => this.isPending(frame))) return null;
    const ended = run.position >= this.samples;
    if (ended || leaving || travel.direction < 0) run.finish();
    else if (run.idle && this.isPending(travel.at)) {
      const last = Math.min(run.position + MORE, this.samples) - 1;
      return { run, first: run.position, last };
    }
    return null;
  }

  private async carryOut(stretch: Stretch): Promise<void> {
    const { first, last } = stretch;
    const control = new AbortController();
    this.reading = { ...stretch, control };
    this.reader.giveUpExcept(first, last + PACKETS_AHEAD);
    try {
      const packets = await this.reader.read(first, last, control.signal);
      if (control.signal.aborted) return;
      this.reading = null;
      this.run = stretch.run ?? new DecodingRun(this.index, this.decoder, first);
      this.run.feed(packets, (frame) => this.isWanted(frame));
      this.expectNews();
      this.readAhead(last + 1);
    } catch (error) {
      if (control.signal.aborted) return;
      this.reading = null;
      if (!isAbort(error)) {
        // Not tried again until somebody asks for a frame.
        this.stalled = true;
        this.reject(error);
      }
    }
    this.work();
  }

  private readAhead(first: number): void {
    if (this.travel.direction < 0 || document.hidden) return;
    const last = Math.min(first + PACKETS_AHEAD, this.samples - 1);
    if (first <= last) this.reader.prefetch(first, last);
  }

  private hear(news: DecoderNews): void {
    if (news.kind === "failed" && (news.run < 0 || news.run === this.run?.id)) {
      this.fail(news.reason);
      return;
    }
    const { run } = this;
    if (news.run !== run?.id || this.disposed) {
      if (news.kind === "picture") news.frame.close();
      return;
    }
    if (news.kind === "picture") this.keep(run.arrived(news.time), news.frame);
    else if (news.kind === "idle") run.idle = true;
    else if (news.kind === "finished") this.end();
    else this.run = null;
    this.expectNews();
    this.work();
  }

  private expectNews(): void {
    window.clearTimeout(this.listening);
    this.listening = window.setTimeout(() => {
      if (this.waiting && !this.reading) this.fail("the decoder gives no answer");
    }, SILENCE_MILLISECONDS);
  }

  private fail(reason: string): void {
    this.failure = new DecoderFailed(reason);
    this.reject(this.failure);
  }

  private keep(numbers: readonly number[], frame: VideoFrame): void {
    const picture = new FrameDrawable(frame, this.index.facts.orientation);
    this.pictureBytes = Math.max(this.pictureBytes, picture.bytes);
    this.travel = this.travelTo(this.travel.at, this.travel.direction);
    // An edit list may show a picture again as another frame.
    for (const number of numbers.map((each) => this.inTask(each)).filter(Number.isInteger)) {
      this.put(number, picture.copy());
    }
    picture.close();
  }

  private put(frame: number, picture: Drawable): void {
    this.shelf.put(frame, picture, (other) => distanceFrom(this.travel, other));
    this.announce();
    if (this.waiting?.frame !== frame) return;
    this.waiting.resolve(picture);
    this.waiting = null;
  }

  private travelTo(at: number, direction: 1 | -1): Travel {
    const { start, stop } = this.layout;
    const room = roomFor(PICTURE_BUDGET, this.pictureBytes, direction);
    return { start, stop, at, direction, room };
  }

  /** All pictures of a run have come, but for those that no decoder gives. */
  private end(): void {
    for (const number of this.run?.unseen() ?? []) this.lost.add(this.inTask(number));
    this.run = null;
    const { waiting } = this;
    if (waiting && this.lost.has(waiting.frame)) this.reject(notDecoded(waiting.frame));
  }

  private isPending(frame: number): boolean {
    return this.run?.isPending(this.inVideo(frame)) ?? false;
  }

  private isWanted(number: number): boolean {
    const frame = this.inTask(number);
    const { start, stop } = this.layout;
    const inJob = Number.isInteger(frame) && frame >= start && frame <= stop;
    return inJob && !this.shelf.has(frame) && isNear(this.travel, frame);
  }

  private inVideo(frame: number): number {
    return this.layout.first + frame * this.layout.step;
  }

  private inTask(number: number): number {
    return (number - this.layout.first) / this.layout.step;
  }

  private announce(): void {
    if (this.announced !== 0 || this.disposed) return;
    this.announced = window.setTimeout(() => {
      this.announced = 0;
      const isLocal = (frame: number) =>
        this.shelf.has(frame) || this.reader.has(this.index.sampleOf(this.inVideo(frame)));
      this.loaded.value = rangesWhere(this.layout.start, this.layout.stop, isLocal);
    }, 100);
  }
}

function waitFor(frame: number): Waiting {
  const settle = { resolve: (_: Drawable) => {}, reject: (_: unknown) => {} };
  const promise = new Promise<Drawable>((resolve, reject) => {
    settle.resolve = resolve;
    settle.reject = reject;
  });
  return { frame, promise, ...settle };
}

function notDecoded(frame: number): UndecodableFrame {
  return new UndecodableFrame(`Frame ${frame} could not be decoded`);
}
