import { unzip } from "fflate";
import { ByteCache } from "./byte-cache";

/** Encoded pictures by frame number relative to the task. */
export interface FrameSource {
  fetch(frame: number, signal: AbortSignal): Promise<Blob>;
  /** Frames whose bytes are here already. */
  local(): Iterable<number>;
}

const BUDGET = 192 * 1024 * 1024;

/** One request for each frame. */
export class SingleFrameSource implements FrameSource {
  private readonly blobs = new ByteCache<number, Blob>(BUDGET);

  constructor(private readonly download: (frame: number, signal: AbortSignal) => Promise<Blob>) {}

  async fetch(frame: number, signal: AbortSignal): Promise<Blob> {
    const known = this.blobs.get(frame);
    if (known) return known;
    const blob = await this.download(frame, signal);
    this.blobs.set(frame, blob, blob.size);
    return blob;
  }

  local(): Iterable<number> {
    return this.blobs.keys();
  }
}

export interface ChunkLayout {
  /** First frame of the job. */
  readonly start: number;
  readonly stop: number;
  /** Frames in a chunk. */
  readonly size: number;
}

/** Zip archives of consecutive frames; neighbours come with the frame that was asked for. */
export class ChunkSource implements FrameSource {
  private readonly chunks = new ByteCache<number, readonly Blob[]>(BUDGET);
  private readonly underWay = new Map<number, Promise<readonly Blob[]>>();

  constructor(
    private readonly layout: ChunkLayout,
    private readonly download: (index: number) => Promise<ArrayBuffer>,
  ) {}

  async fetch(frame: number): Promise<Blob> {
    const { start, size } = this.layout;
    const index = Math.floor((frame - start) / size);
    const chunk = this.chunks.get(index) ?? (await this.load(index));
    const blob = chunk[(frame - start) % size];
    if (!blob) throw new Error(`Chunk ${index} has no frame ${frame}`);
    return blob;
  }

  *local(): Iterable<number> {
    const { start, stop, size } = this.layout;
    for (const index of this.chunks.keys()) {
      const first = start + index * size;
      for (let frame = first; frame < first + size && frame <= stop; frame += 1) yield frame;
    }
  }

  /** A chunk serves many frames, so one frame's cancellation does not cancel it. */
  private load(index: number): Promise<readonly Blob[]> {
    const known = this.underWay.get(index);
    if (known) return known;
    const loading = this.download(index)
      .then(unpack)
      .then((blobs) => {
        const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
        this.chunks.set(index, blobs, bytes);
        return blobs;
      })
      .finally(() => this.underWay.delete(index));
    this.underWay.set(index, loading);
    return loading;
  }
}

/** The pictures of an archive in the order of their names, which count up from 000000. */
function unpack(archive: ArrayBuffer): Promise<readonly Blob[]> {
  return new Promise((resolve, reject) => {
    unzip(new Uint8Array(archive), (error, files) => {
      if (error) reject(error);
      else {
        const names = Object.keys(files).sort();
        resolve(names.map((name) => new Blob([files[name] as Uint8Array<ArrayBuffer>])));
      }
    });
  });
}
