import { ApiError } from "../api/errors";

/**
 * PUTs one part, or a whole file, to its presigned URL. XMLHttpRequest, because fetch does not report how much of a
 * body has been sent.
 *
 * @param onSent called with the number of bytes of this part that have been sent so far
 * @param contentType what the link was signed for, if it was
 * @throws {ApiError} with the bucket's status, or 0 if it could not be reached.
 */
export function putPart(
  url: string,
  body: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
  contentType?: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const settle = (finish: () => void) => {
      signal.removeEventListener("abort", abort);
      finish();
    };
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () =>
      settle(() => {
        if (request.status === 200) resolve();
        else reject(new ApiError(request.status, request.responseText.slice(0, 300)));
      });
    request.onerror = () => settle(() => reject(new ApiError(0, "")));
    request.onabort = () => settle(() => reject(signal.reason));
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener("abort", abort, { once: true });
    request.open("PUT", url);
    if (contentType) request.setRequestHeader("Content-Type", contentType);
    request.send(body);
  });
}
