/** What makes a decoded picture upright. */
export interface Orientation {
  /** Left and right are swapped before the picture is turned. */
  readonly mirrored: boolean;
  /** Degrees clockwise: 0, 90, 180 or 270. */
  readonly rotation: number;
}

/**
 * What the container says of colours: primaries, transfer and matrix by their numbers in
 * ISO/IEC 23091-2 (2: nothing), and the range (0: nothing, 1: studio, 2: full).
 */
export type Colours = readonly [number, number, number, number];

/** What the sample table says of the video as a whole. */
export interface VideoFacts {
  /** RFC 6381 string; empty if browsers have no name for the codec. */
  readonly codec: string;
  /** Decoder configuration (avcC, hvcC, av1C); empty where the packets carry it themselves. */
  readonly config: Uint8Array<ArrayBuffer>;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly orientation: Orientation;
  readonly colours: Colours;
  /** Every sample can be read by a range of bytes. */
  readonly contiguous: boolean;
}

interface WireFacts {
  readonly codec: string;
  readonly config: string;
  readonly coded_width: number;
  readonly coded_height: number;
  readonly rotation: number;
  readonly mirrored: boolean;
  readonly colours?: Colours;
  readonly contiguous: boolean;
  readonly samples: number;
  readonly keys: number;
  readonly frames: number;
}

interface Tables {
  /** Byte offset of each sample in the file, in decode order. */
  readonly offsets: Float64Array;
  /** Presentation time of each sample, in ticks. */
  readonly times: Float64Array;
  readonly sizes: Uint32Array;
  /** Samples from which decoding can start, ascending. */
  readonly keys: Uint32Array;
  /** Sample of each frame of the video, in presentation order. */
  readonly frames: Uint32Array;
}

/**
 * Which bytes of a video hold which frame, and what must be decoded to see it. Samples are counted
 * in decode order, frames in presentation order, both from the start of the file.
 */
export class SampleIndex {
  private framesOfSample: Map<number, number[]> | null = null;
  private framesOfTime: Map<number, number[]> | null = null;

  constructor(
    readonly facts: VideoFacts,
    private readonly tables: Tables,
  ) {}

  get samples(): number {
    return this.tables.sizes.length;
  }

  get frames(): number {
    return this.tables.frames.length;
  }

  offsetOf(sample: number): number {
    return at(this.tables.offsets, sample);
  }

  sizeOf(sample: number): number {
    return at(this.tables.sizes, sample);
  }

  timeOf(sample: number): number {
    return at(this.tables.times, sample);
  }

  isKey(sample: number): boolean {
    const { keys } = this.tables;
    return keys[countUpTo(keys, sample) - 1] === sample;
  }

  sampleOf(frame: number): number {
    return at(this.tables.frames, frame);
  }

  /** Frames that show a sample: none for a hidden one, several where an edit list repeats it. */
  framesOf(sample: number): readonly number[] {
    this.framesOfSample ??= inverse(this.tables.frames, (value) => value);
    return this.framesOfSample.get(sample) ?? [];
  }

  /** Frames that are shown at a presentation time. */
  framesAt(time: number): readonly number[] {
    this.framesOfTime ??= inverse(this.tables.frames, (sample) => this.timeOf(sample));
    return this.framesOfTime.get(time) ?? [];
  }

  /**
   * The key sample at which decoding must start to get a frame exactly: the last one that precedes
   * it both in decode and in presentation order. With an open GOP, pictures that follow a key
   * sample in the stream but are shown before it refer to the previous GOP.
   */
  entryOf(frame: number): number {
    const { keys } = this.tables;
    const sample = this.sampleOf(frame);
    const shown = this.timeOf(sample);
    let last = countUpTo(keys, sample) - 1;
    while (last > 0 && this.timeOf(at(keys, last)) > shown) last -= 1;
    return at(keys, Math.max(last, 0));
  }
}

/**
 * Reads the table that `samples_url` serves.
 *
 * @throws {RangeError} if it is shorter than it says of itself.
 */
export async function parseSampleIndex(packed: Blob): Promise<SampleIndex> {
  const unpacked = packed.stream().pipeThrough(new DecompressionStream("gzip"));
  const body = await new Response(unpacked).arrayBuffer();
  const length = new DataView(body).getUint32(0, true);
  const json = new TextDecoder().decode(new Uint8Array(body, 4, length));
  const facts = JSON.parse(json) as WireFacts;
  // The arrays are little-endian, as every machine is that runs a browser today.
  let offset = padded(4 + length);
  const take = <T>(
    type: { new (body: ArrayBuffer, offset: number, length: number): T; BYTES_PER_ELEMENT: number },
    count: number,
  ): T => {
    const array = new type(body, offset, count);
    offset += padded(count * type.BYTES_PER_ELEMENT);
    return array;
  };
  const offsets = take(Float64Array, facts.samples);
  const times = take(Float64Array, facts.samples);
  const sizes = take(Uint32Array, facts.samples);
  const keys = take(Uint32Array, facts.keys);
  const frames = take(Uint32Array, facts.frames);
  return new SampleIndex(factsFrom(facts), { offsets, times, sizes, keys, frames });
}

function factsFrom(wire: WireFacts): VideoFacts {
  return {
    codec: wire.codec,
    config: Uint8Array.from(atob(wire.config), (character) => character.charCodeAt(0)),
    codedWidth: wire.coded_width,
    codedHeight: wire.coded_height,
    orientation: { mirrored: wire.mirrored, rotation: wire.rotation },
    // Tables from before colours were noted say nothing of them.
    colours: wire.colours ?? [2, 2, 2, 0],
    contiguous: wire.contiguous,
  };
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function at(values: Float64Array | Uint32Array, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`The index has no entry ${index}`);
  return value;
}

/** How many of the ascending values are not above a limit. */
function countUpTo(ascending: Uint32Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(ascending, middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function inverse(values: Uint32Array, key: (value: number) => number): Map<number, number[]> {
  const result = new Map<number, number[]>();
  for (const [index, value] of values.entries()) {
    const known = result.get(key(value));
    if (known) known.push(index);
    else result.set(key(value), [index]);
  }
  return result;
}
