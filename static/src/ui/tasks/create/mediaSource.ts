import type { DataSpec } from "../../../api/tasks";
import { linkProblem, linksOf } from "./links";
import { mediaProblem } from "./mediaSelection";
import { nameFromFiles } from "./taskForm";

export const SOURCE_KINDS = ["files", "share", "links", "cloud"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Where the media of a task come from. What was chosen of each kind is kept beside the others. */
export interface MediaSource {
  kind: SourceKind;
  files: File[];
  /** Paths in the file share, in the order they were chosen; those of folders end with a slash. */
  share: string[];
  /** Addresses as typed, one a line. */
  links: string;
  storageId: number | null;
  /** A list of the storage's files that says which there are and how large the pictures are. */
  manifest: string | null;
  objects: string[];
  /** Whether files of a share or storage are copied, or read where they are. */
  copy: boolean;
}

export const NO_SOURCE: MediaSource = {
  kind: "files",
  files: [],
  share: [],
  links: "",
  storageId: null,
  manifest: null,
  objects: [],
  copy: false,
};

/** Whether there is something to make a task of. */
export function isComplete(source: MediaSource): boolean {
  switch (source.kind) {
    case "files":
      return source.files.length > 0 && !mediaProblem(source.files);
    case "share":
      return source.share.length > 0;
    case "links":
      return linksOf(source.links).length > 0 && !linkProblem(source.links);
    case "cloud":
      return source.storageId !== null && (source.objects.length > 0 || source.manifest !== null);
  }
}

/** What the server is told of the source; files that are uploaded it knows already. */
export function sourceSpec(source: MediaSource): Partial<DataSpec> {
  switch (source.kind) {
    case "files":
      return {};
    case "share":
      return { server_files: source.share, copy_data: source.copy };
    case "links":
      return { remote_files: linksOf(source.links) };
    case "cloud":
      return {
        server_files: [...(source.manifest ? [source.manifest] : []), ...source.objects],
        cloud_storage_id: source.storageId ?? undefined,
        copy_data: source.copy,
      };
  }
}

/** A name for a task that was given none: that of its first file, without extension. */
export function nameFromSource(source: MediaSource): string {
  const first = {
    files: source.files[0]?.name,
    share: source.share[0],
    links: linksOf(source.links)[0],
    cloud: source.objects[0] ?? source.manifest ?? undefined,
  }[source.kind];
  const path = (first ?? "").split(/[?#]/)[0]?.replace(/\/+$/, "") ?? "";
  return nameFromFiles([{ name: path.slice(path.lastIndexOf("/") + 1) }]);
}
