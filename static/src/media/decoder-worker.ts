/// <reference lib="webworker" />
import type { DecoderConfig, DecoderNews, DecoderOrder } from "./picture-decoder";
import { toBitmap } from "./video-picture";

let run = -1;
let decoder: VideoDecoder | null = null;
let wanted = new Set<number>();
/** Pictures go out in the order in which they came, whatever turning them into bitmaps takes. */
let sending: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<DecoderOrder>) => {
  if (data.kind === "start") start(data.run, data.config);
  else if (data.run !== run || decoder?.state !== "configured") return;
  else if (data.kind === "decode") {
    for (const { time, key, wanted: isWanted, bytes } of data.packets) {
      if (isWanted) wanted.add(time);
      decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp: time, data: bytes }));
    }
  } else finish(decoder, run);
};

function start(number: number, config: DecoderConfig): void {
  if (decoder && decoder.state !== "closed") decoder.close();
  run = number;
  wanted = new Set();
  const created = new VideoDecoder({
    output: (frame) => take(frame, number, config),
    error: ({ name, message }) => {
      if (name === "QuotaExceededError") post({ kind: "reclaimed", run: number });
      else fail(number, `${name}: ${message}`);
    },
  });
  created.ondequeue = () => {
    if (number === run && created.decodeQueueSize === 0) post({ kind: "idle", run: number });
  };
  decoder = created;
  attempt(() => created.configure(config.video));
}

function decode(chunk: EncodedVideoChunk): void {
  attempt(() => decoder?.decode(chunk));
}

function finish(finished: VideoDecoder, number: number): void {
  finished.flush().then(
    () => {
      sending = sending.then(() => post({ kind: "finished", run: number }));
    },
    // Errors are reported by the decoder's own callback; a closed decoder has nobody waiting.
    () => {},
  );
}

function take(frame: VideoFrame, number: number, { orientation }: DecoderConfig): void {
  if (number !== run || !wanted.delete(frame.timestamp)) {
    frame.close();
    return;
  }
  const time = frame.timestamp;
  sending = sending.then(async () => {
    try {
      if (number !== run) return;
      const bitmap = await toBitmap(frame, orientation);
      post({ kind: "picture", run: number, time, bitmap }, [bitmap]);
    } catch (error) {
      fail(number, String(error));
    } finally {
      frame.close();
    }
  });
}

function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    fail(run, String(error));
  }
}

function fail(number: number, reason: string): void {
  post({ kind: "failed", run: number, reason });
}

function post(news: DecoderNews, transfer: Transferable[] = []): void {
  self.postMessage(news, { transfer });
}
