import { batchesOf, isSmall, uploadBatch } from "./upload-batch";
import { uploadInParts } from "./upload-multipart";
import { runPool } from "./upload-pool";
import { UploadMeter, type UploadProgress } from "./upload-progress";

/** While the server reads the headers of one batch, the next is sent. */
const BATCHES_AT_ONCE = 2;
const LARGE_FILES_AT_ONCE = 4;

interface MediaUpload {
  onProgress: (progress: UploadProgress) => void;
  signal: AbortSignal;
}

/** The media of a task, sent from here; files that have arrived are not sent again. */
export class MediaUploader {
  readonly #arrived = new Set<File>();

  constructor(private readonly taskId: number) {}

  /**
   * Sends files straight to the bucket, several at once: small ones in batches, large ones in
   * parts; what fails is tried again. Call it again with the same files after a failure: it goes
   * on where it stopped.
   *
   * @throws {ApiError} the first failure that did not pass.
   */
  async send(files: readonly File[], { onProgress, signal }: MediaUpload): Promise<void> {
    const endpoint = `/api/tasks/${this.taskId}/data/uploads`;
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const meter = new UploadMeter(total, files.length);
    const waiting = files.filter((file) => !this.#arrived.has(file));
    for (const file of files) {
      if (!this.#arrived.has(file)) continue;
      meter.skip(file.size);
      meter.fileDone();
    }
    const listener = {
      count: (bytes: number) => {
        meter.add(bytes, performance.now());
        onProgress(meter.progress());
      },
      skip: (bytes: number) => meter.skip(bytes),
      fileDone: () => {
        meter.fileDone();
        onProgress(meter.progress());
      },
    };
    onProgress(meter.progress());
    await runPool(batchesOf(waiting.filter(isSmall)), BATCHES_AT_ONCE, async (batch) => {
      await uploadBatch(endpoint, batch, listener, signal);
      for (const file of batch) this.#arrived.add(file);
    });
    const large = waiting.filter((file) => !isSmall(file));
    await runPool(large, LARGE_FILES_AT_ONCE, async (file) => {
      await uploadInParts(endpoint, file, listener, signal);
      this.#arrived.add(file);
      listener.fileDone();
    });
  }
}
