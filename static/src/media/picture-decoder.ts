/** What a decoder is told. A run is a stretch of packets from a key sample on. */
export type DecoderOrder =
  | { readonly kind: "start"; readonly run: number }
  | { readonly kind: "decode"; readonly run: number; readonly packets: readonly TimedPacket[] }
  | { readonly kind: "finish"; readonly run: number };

/** What it tells. Every wanted picture comes before `finished`, or not at all. */
export type DecoderNews =
  | {
      readonly kind: "picture";
      readonly run: number;
      readonly time: number;
      readonly frame: VideoFrame;
    }
  /** All packets have been taken; some pictures may wait for later packets. */
  | { readonly kind: "idle"; readonly run: number }
  | { readonly kind: "finished"; readonly run: number }
  /** The browser took the decoder back, as it does from tabs that rest: a new run gets a new one. */
  | { readonly kind: "reclaimed"; readonly run: number }
  | { readonly kind: "failed"; readonly run: number; readonly reason: string };

export interface TimedPacket {
  /** Presentation time in ticks: what comes out is told apart by it. */
  readonly time: number;
  readonly key: boolean;
  /** Whether somebody wants to see the picture, or others only refer to it. */
  readonly wanted: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Decodes somewhere; frames come back through the listener, who closes them. */
export interface PictureDecoder {
  listen(listener: (news: DecoderNews) => void): void;
  order(order: DecoderOrder): void;
  dispose(): void;
}
