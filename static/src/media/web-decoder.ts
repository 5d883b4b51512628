import type { DecoderNews, DecoderOrder, PictureDecoder, TimedPacket } from "./picture-decoder";

/** Browsers show these by mapping their tones, each in its own way. */
const HDR = new Set<string | null>(["pq", "hlg"]);

/** How this browser decodes a video. */
export interface DecodingWay {
  readonly config: VideoDecoderConfig;
  /** Frames lie in the decoder's own memory, which is little: they are copied out of it. */
  readonly borrowed: boolean;
}

/**
 * How a video can be decoded here; null if it cannot. Software comes first: it holds back no
 * memory, gives the same pictures on every machine and starts anew at once, which seeking is about.
 */
export async function wayToDecode(config: VideoDecoderConfig): Promise<DecodingWay | null> {
  const ways: DecodingWay[] = [
    { config: { ...config, hardwareAcceleration: "prefer-software" }, borrowed: false },
    { config, borrowed: true },
  ];
  for (const way of ways) {
    const answer = await VideoDecoder.isConfigSupported(way.config).catch(() => null);
    if (answer?.supported) return way;
  }
  return null;
}

/** WebCodecs. Decoding goes on in threads of the browser's. */
export class WebDecoder implements PictureDecoder {
  private decoder: VideoDecoder | null = null;
  private run = -1;
  private wanted = new Set<number>();
  private copying: Promise<void> = Promise.resolve();
  private tell: (news: DecoderNews) => void = () => {};

  constructor(private readonly way: DecodingWay) {}

  listen(listener: (news: DecoderNews) => void): void {
    this.tell = listener;
  }

  order(order: DecoderOrder): void {
    const { run } = order;
    try {
      if (order.kind === "start") this.start(run);
      else if (run !== this.run || this.decoder?.state !== "configured") return;
      else if (order.kind === "decode") for (const packet of order.packets) this.decode(packet);
      else this.finish(this.decoder, run);
    } catch (error) {
      // Told later, as everything else is: whoever orders is not ready to listen.
      queueMicrotask(() => this.tell({ kind: "failed", run, reason: String(error) }));
    }
  }

  dispose(): void {
    this.run = -1;
    this.close();
  }

  private start(run: number): void {
    this.close();
    this.run = run;
    this.wanted = new Set();
    const decoder = new VideoDecoder({
      output: (frame) => this.take(run, frame),
      error: ({ name, message }) => {
        if (run !== this.run) return;
        if (name === "QuotaExceededError") this.tell({ kind: "reclaimed", run });
        else this.tell({ kind: "failed", run, reason: `${name}: ${message}` });
      },
    });
    decoder.ondequeue = () => {
      if (run === this.run && decoder.decodeQueueSize === 0) this.tell({ kind: "idle", run });
    };
    this.decoder = decoder;
    decoder.configure(this.way.config);
  }

  private decode({ time, key, wanted, bytes }: TimedPacket): void {
    if (wanted) this.wanted.add(time);
    const type = key ? "key" : "delta";
    this.decoder?.decode(new EncodedVideoChunk({ type, timestamp: time, data: bytes }));
  }

  private finish(decoder: VideoDecoder, run: number): void {
    decoder
      .flush()
      .then(() => this.copying)
      .then(() => this.tell({ kind: "finished", run }))
      // Errors are reported by the decoder's own callback; a closed decoder has nobody waiting.
      .catch(() => {});
  }

  private take(run: number, frame: VideoFrame): void {
    if (run !== this.run || !this.wanted.delete(frame.timestamp)) {
      frame.close();
      return;
    }
    const time = frame.timestamp;
    if (HDR.has(frame.colorSpace.transfer)) {
      frame.close();
      this.tell({ kind: "failed", run, reason: "its brightness is beyond that of pictures" });
      return;
    }
    if (!this.way.borrowed) {
      this.tell({ kind: "picture", run, time, frame });
      return;
    }
    this.copying = this.copying
      .then(() => copyOf(frame))
      .finally(() => frame.close())
      .then(
        (copy) => this.tell({ kind: "picture", run, time, frame: copy }),
        (error: unknown) => this.tell({ kind: "failed", run, reason: String(error) }),
      );
  }

  private close(): void {
    if (this.decoder && this.decoder.state !== "closed") this.decoder.close();
    this.decoder = null;
  }
}

/** @throws {TypeError} if the frame is of a format that only the decoder knows. */
async function copyOf(frame: VideoFrame): Promise<VideoFrame> {
  const { format, timestamp } = frame;
  const colorSpace = frame.colorSpace.toJSON();
  if (format === null) throw new TypeError("The decoder keeps its frames to itself");
  const { width, height } = frame.visibleRect ?? {
    width: frame.codedWidth,
    height: frame.codedHeight,
  };
  const body = new ArrayBuffer(frame.allocationSize());
  const layout = await frame.copyTo(body);
  const size = { codedWidth: width, codedHeight: height };
  return new VideoFrame(body, { format, timestamp, colorSpace, layout, ...size });
}
