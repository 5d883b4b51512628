import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { attachData } from "../../../api/media";
import { cancelRequest, forgetRequest, isRunning } from "../../../api/requests";
import type { DataSpec } from "../../../api/tasks";
import { MediaUploader } from "../../../io/upload-media";
import type { UploadProgress } from "../../../io/upload-progress";
import { useRequest } from "../../components/useRequest";

/** Progress comes many times a second from several files at once; people read slower. */
const SHOWN_EVERY_MILLISECONDS = 100;

interface Sending {
  taskId: number;
  files: readonly File[];
  data: DataSpec;
  /** The server may have files of an earlier visit. */
  mayHaveOthers?: boolean;
}

interface Upload {
  taskId: number;
  uploader: MediaUploader;
  /** Names of all files that this page has begun to send. */
  given: Set<string>;
}

/**
 * Sends media and follows the server until they are frames. After a failure, `start` with the same
 * task goes on with what has not arrived.
 */
export function useMediaUpload(onReady: () => void) {
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState<UploadProgress | null>(null);
  const shownAt = useRef(0);
  const uploader = useRef<Upload>(null);
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);

  function show(next: UploadProgress) {
    const now = performance.now();
    const finished = next.filesDone === next.files;
    if (!finished && now - shownAt.current < SHOWN_EVERY_MILLISECONDS) return;
    shownAt.current = now;
    setProgress(next);
  }

  const sending = useMutation({
    mutationFn: async ({ taskId, files, data, mayHaveOthers }: Sending) => {
      if (uploader.current?.taskId !== taskId) {
        uploader.current = { taskId, uploader: new MediaUploader(taskId), given: new Set() };
      }
      const { given } = uploader.current;
      const names = files.map(({ name }) => name);
      const now = new Set(names);
      const hasOthers = mayHaveOthers || [...given].some((name) => !now.has(name));
      for (const name of names) given.add(name);
      stop.current = new AbortController();
      const options = { onProgress: show, signal: stop.current.signal };
      if (files.length > 0) await uploader.current.uploader.send(files, options);
      // Names can be many: they are sent only where the server may have files that were given up.
      const id = await attachData(taskId, { ...data, ...(hasOthers && { upload_names: names }) });
      forgetRequest(queryClient, id);
      return id;
    },
  });
  const request = useRequest(sending.data ?? null, onReady);
  const failed = request.data?.status === "failed";

  const running = sending.data && request.data && isRunning(request.data) ? sending.data : null;
  return {
    start: sending.mutate,
    /** Stops the server's part of the work, while that is possible. */
    cancel: running ? () => cancelRequest(running).then(() => request.refetch()) : undefined,
    progress,
    request: sending.data ? request.data : undefined,
    error: sending.error ?? request.error,
    /** Files are on their way from this page: leaving it would stop them. */
    isSending: sending.isPending,
    /** The server works on them; this page may be left. */
    isProcessing: sending.data !== undefined && !failed,
  };
}
