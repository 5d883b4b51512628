import { Signal } from "../document/signal";
import { ByteCache } from "./byte-cache";
import type { SampleIndex } from "./sample-index";
import { ENCODED_BUDGET } from "./source";

/** Bytes `first..last` (inclusive) of the video's file. */
export type ReadRange = (first: number, last: number, signal: AbortSignal) => Promise<ArrayBuffer>;

export interface Packet {
  readonly sample: number;
  /** Empty where the writer of the file dropped a picture. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Transfer {
  readonly first: number;
  readonly last: number;
  readonly done: Promise<void>;
  readonly control: AbortController;
}

/** Bytes between two samples (sound, mostly) that are fetched rather than asked around. */
const GAP = 64 * 1024;
/** Bytes that one request asks for at most, if more than one sample is wanted. */
const SPAN = 2 * 1024 * 1024;

/** Packets that come along with the wanted ones: decoders show nothing before they see some more. */
const SPARE = 16;

const NOTHING = new Uint8Array(0);

/** The packets of a video, by range requests: neighbours together, none twice. */
export class PacketReader {
  readonly arrivals = new Signal(0);
  private readonly packets = new ByteCache<number, Uint8Array<ArrayBuffer>>(ENCODED_BUDGET);
  private readonly transfers = new Set<Transfer>();

  /** Beyond sample `limit` nothing is read that is not asked for. */
  constructor(
    private readonly index: SampleIndex,
    private readonly readRange: ReadRange,
    private readonly limit: number,
  ) {}

  /**
   * Packets of samples `first..last` (inclusive). Rejects with an AbortError when `signal` says so
   * or after `giveUpExcept` without them, and with whatever reading a range rejects with.
   */
  async read(first: number, last: number, signal: AbortSignal): Promise<Packet[]> {
    const known = new Map<number, Uint8Array<ArrayBuffer>>();
    const spare = Math.max(last, Math.min(last + SPARE, this.limit));
    for (;;) {
      const missing = this.collect(first, last, known);
      if (missing === null) break;
      await (this.transferOf(missing) ?? this.transfer(missing, spare)).done;
      signal.throwIfAborted();
    }
    return range(first, last).map((sample) => ({ sample, bytes: known.get(sample) ?? NOTHING }));
  }

  /**
   * Fetches ahead once half of a range is not here: many packets at a time rather than one. What
   * goes wrong is tried again by `read`.
   */
  prefetch(first: number, last: number): void {
    const missing = this.collect(first, last, new Map());
    if (missing === null || missing - first > (last - first) / 2) return;
    if (!this.transferOf(missing)) this.transfer(missing, last).done.catch(() => {});
  }

  /** Ends the requests that bring none of these samples. */
  giveUpExcept(first: number, last: number): void {
    for (const transfer of this.transfers) {
      if (transfer.last < first || transfer.first > last) transfer.control.abort();
    }
  }

  /** Whether a sample's bytes are here. */
  has(sample: number): boolean {
    return this.packets.has(sample) || this.index.sizeOf(sample) === 0;
  }

  dispose(): void {
    for (const { control } of this.transfers) control.abort();
    this.packets.clear();
  }

  /** The first sample of a range whose bytes are not here; null if there is none. */
  private collect(
    first: number,
    last: number,
    known: Map<number, Uint8Array<ArrayBuffer>>,
  ): number | null {
    for (let sample = first; sample <= last; sample += 1) {
      if (known.has(sample) || this.index.sizeOf(sample) === 0) continue;
      const bytes = this.packets.get(sample);
      if (!bytes) return sample;
      known.set(sample, bytes);
    }
    return null;
  }

  private transferOf(sample: number): Transfer | undefined {
    return [...this.transfers].find(
      ({ first, last, control }) => first <= sample && sample <= last && !control.signal.aborted,
    );
  }

  private transfer(first: number, wanted: number): Transfer {
    const last = this.reach(first, wanted);
    const control = new AbortController();
    const done = this.fetch(first, last, control.signal).finally(() => {
      this.transfers.delete(transfer);
      this.arrivals.value += 1;
    });
    const transfer = { first, last, done, control };
    this.transfers.add(transfer);
    return transfer;
  }

  /** The last sample that is worth asking for in one request with `first`. */
  private reach(first: number, wanted: number): number {
    const start = this.index.offsetOf(first);
    let last = first;
    while (last < wanted) {
      const end = this.index.offsetOf(last) + this.index.sizeOf(last);
      const offset = this.index.offsetOf(last + 1);
      const near = offset >= end && offset <= end + GAP;
      if (!near || offset + this.index.sizeOf(last + 1) > start + SPAN) break;
      if (this.packets.has(last + 1)) break;
      last += 1;
    }
    return last;
  }

  private async fetch(first: number, last: number, signal: AbortSignal): Promise<void> {
    const start = this.index.offsetOf(first);
    const end = this.index.offsetOf(last) + this.index.sizeOf(last);
    const body = await this.readRange(start, end - 1, signal);
    signal.throwIfAborted();
    if (body.byteLength !== end - start) throw new RangeError("The video's file is shorter");
    for (const sample of range(first, last)) {
      const size = this.index.sizeOf(sample);
      const at = this.index.offsetOf(sample) - start;
      // A copy of its own: a view would keep the whole answer in memory.
      if (size > 0) this.packets.set(sample, new Uint8Array(body.slice(at, at + size)), size);
    }
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, step) => first + step);
}
