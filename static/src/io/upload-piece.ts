import { putPart } from "./upload-part";
import { withRetries } from "./upload-retry";

/** Hears of bytes as they leave; of negative ones when a piece has to be sent again. */
export type Count = (bytes: number) => void;

/**
 * PUTs a file or a part of one, again after a failure that may pass. What was counted of a piece
 * that does not arrive is taken back.
 *
 * @throws {ApiError} the failure that did not pass.
 */
export async function sendPiece(
  url: string,
  piece: Blob,
  count: Count,
  signal: AbortSignal,
  contentType?: string,
): Promise<void> {
  let sent = 0;
  const sentSoFar = (bytes: number) => {
    count(bytes - sent);
    sent = bytes;
  };
  try {
    await withRetries(() => {
      sentSoFar(0);
      return putPart(url, piece, sentSoFar, signal, contentType);
    }, signal);
  } catch (error) {
    sentSoFar(0);
    throw error;
  }
  sentSoFar(piece.size);
}
