import type { DataSpec, SortingMethod, TaskSpec } from "../../../api/tasks";
import type { LabelSpec } from "../../../api/types";

/** What the dialog holds; numbers that may be left to the server are empty strings. */
export interface TaskForm {
  name: string;
  projectId: number | null;
  labels: LabelSpec[];
  subset: string;
  bugTracker: string;
  segmentSize: number | "";
  overlap: number | "";
  options: MediaOptions;
}

export interface MediaOptions {
  imageQuality: number;
  chunkSize: number | "";
  frameStep: number | "";
  startFrame: number | "";
  stopFrame: number | "";
  sortingMethod: SortingMethod;
  /** Of the random order. */
  seed: number | "";
  useZipChunks: boolean;
}

export const DEFAULT_OPTIONS: MediaOptions = {
  imageQuality: 70,
  chunkSize: "",
  frameStep: "",
  startFrame: "",
  stopFrame: "",
  sortingMethod: "lexicographical",
  seed: "",
  useZipChunks: false,
};

/** The task as the server takes it; what was left empty is not sent. */
export function taskSpec(form: TaskForm): TaskSpec {
  return {
    name: form.name.trim(),
    ...(form.projectId === null ? { labels: form.labels } : { project_id: form.projectId }),
    ...(form.subset.trim() && { subset: form.subset.trim() }),
    ...(form.bugTracker.trim() && { bug_tracker: form.bugTracker.trim() }),
    ...(form.segmentSize !== "" && { segment_size: form.segmentSize }),
    ...(form.overlap !== "" && { overlap: form.overlap }),
  };
}

/** How the media are read, as the server takes it; `names` in the order they were chosen. */
export function dataSpec(options: MediaOptions, names: readonly string[]): DataSpec {
  const { chunkSize, frameStep, startFrame, stopFrame, sortingMethod, seed } = options;
  return {
    image_quality: options.imageQuality,
    sorting_method: sortingMethod,
    use_zip_chunks: options.useZipChunks,
    use_cache: true,
    ...(chunkSize !== "" && { chunk_size: chunkSize }),
    ...(startFrame !== "" && { start_frame: startFrame }),
    ...(stopFrame !== "" && { stop_frame: stopFrame }),
    ...(frameStep !== "" && frameStep > 1 && { frame_filter: `step=${frameStep}` }),
    ...(sortingMethod === "random" && seed !== "" && { sorting_seed: seed }),
    ...(sortingMethod === "predefined" && names.length > 0 && { upload_file_order: [...names] }),
  };
}

/** A name for a task that was given none: that of its folderless first file, without extension. */
export function nameFromFiles(files: readonly Pick<File, "name">[]): string {
  const name = files[0]?.name ?? "";
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
