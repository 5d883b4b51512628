import { type Outlet, startWriting } from "./datasets";

/** What is backed up and restored whole. */
export type BackupTarget = "task" | "project";

export interface BackupOrder extends Outlet {
  /** Without media that stand in a cloud storage. */
  lightweight: boolean;
}

/** Starts a backup, as `startWriting`. */
export function startBackup(
  target: BackupTarget,
  id: number,
  { lightweight, ...outlet }: BackupOrder,
): Promise<string> {
  const options = { lightweight: String(lightweight) };
  return startWriting(`/api/${target}s/${id}/backup/export`, options, outlet);
}

/** Where the file of a backup goes. */
export function restoreEndpoint(target: BackupTarget): string {
  return `/api/${target}s/backup/`;
}
