const RESTORED =
  /^Restored revision (?<number>\d+)(?<ofTask> of the task)?(?:; (?<left>\d+) objects .*)?$/;

/** Whose saves a revision's number counts. */
export type Scope = "task" | "job";

export interface Restored {
  readonly number: string;
  readonly scope: Scope;
  /** Objects that did not come back, because their labels are gone. */
  readonly leftOut: number;
}

/** What a message of the server says was restored; null if it speaks of something else. */
export function readRestored(message: string): Restored | null {
  const { number, ofTask, left } = RESTORED.exec(message)?.groups ?? {};
  if (number === undefined) return null;
  return { number, scope: ofTask ? "task" : "job", leftOut: Number(left ?? 0) };
}
