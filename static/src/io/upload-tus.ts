import { send } from "../api/client";
import { withRetries } from "./upload-retry";

/** The server takes pieces of at most 10 MiB. */
const PIECE_BYTES = 8 * 1024 * 1024;

const TUS = { "Tus-Resumable": "1.0.0" };

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

async function create(
  endpoint: string,
  file: File,
  signal: AbortSignal,
): Promise<[string, string]> {
  const response = await send(endpoint, {
    method: "POST",
    signal,
    headers: {
      ...TUS,
      "Upload-Length": String(file.size),
      "Upload-Metadata": `filename ${base64(file.name)}`,
    },
  });
  const location = response.headers.get("Location") ?? "";
  const name = response.headers.get("Upload-Filename") ?? location.split("/").at(-1) ?? "";
  return [location, name];
}

/** How many bytes of the upload the server has. */
async function offsetOf(location: string, signal: AbortSignal): Promise<number> {
  const response = await send(location, { method: "HEAD", headers: TUS, signal });
  return Number(response.headers.get("Upload-Offset"));
}

async function patch(location: string, file: File, at: number, signal: AbortSignal) {
  const response = await send(location, {
    method: "PATCH",
    signal,
    headers: {
      ...TUS,
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(at),
    },
    body: file.slice(at, at + PIECE_BYTES),
  });
  return Number(response.headers.get("Upload-Offset"));
}

/**
 * Sends a file by the TUS protocol, from where it stopped after each failure that may pass.
 *
 * @param endpoint where the upload is created, with any query it needs
 * @param onProgress called with the part of the file that has arrived, 0 to 1
 * @returns the name by which the server knows the file
 * @throws {ApiError} if the server refuses or stays out of reach.
 */
export async function uploadTus(
  endpoint: string,
  file: File,
  onProgress: (progress: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const [location, name] = await withRetries(() => create(endpoint, file, signal), signal);
  let offset = 0;
  while (offset < file.size) {
    offset = await withRetries(async (tryNumber) => {
      const at = tryNumber === 1 ? offset : await offsetOf(location, signal);
      return at < file.size ? patch(location, file, at, signal) : at;
    }, signal);
    onProgress(offset / file.size);
  }
  return name;
}
