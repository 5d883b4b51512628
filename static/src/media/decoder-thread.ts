import type { DecoderNews, DecoderOrder, PictureDecoder } from "./picture-decoder";

/**
 * A thread of its own: turning a decoded picture into colours costs the main thread several
 * milliseconds otherwise.
 */
export class DecoderThread implements PictureDecoder {
  private readonly worker = new Worker(new URL("./decoder-worker.ts", import.meta.url), {
    type: "module",
  });

  listen(listener: (news: DecoderNews) => void): void {
    this.worker.onmessage = ({ data }: MessageEvent<DecoderNews>) => listener(data);
    this.worker.onerror = ({ message }) => listener({ kind: "failed", run: -1, reason: message });
  }

  order(order: DecoderOrder): void {
    const transfer = order.kind === "decode" ? order.packets.map(({ bytes }) => bytes.buffer) : [];
    this.worker.postMessage(order, { transfer });
  }

  dispose(): void {
    this.worker.terminate();
  }
}
