import { csrfToken, SIGNED_OUT } from "../api/client";
import { ApiError, toApiError } from "../api/errors";
import type { ObjectKind, RecordId } from "../document/records";
import type { WireAnnotations, WireChanges, WireObject } from "../document/wire";
import { recordToWire } from "../document/wire";
import type { Batch } from "./batch";

/** An object that somebody else changed since the version that a batch was made on. */
export interface Conflict {
  readonly id: number;
  readonly kind: ObjectKind;
  /** As the server has it now; null where it was deleted. */
  readonly server: WireObject | null;
}

export type SaveAnswer =
  | {
      readonly saved: true;
      readonly version: number;
      readonly ids: Readonly<Record<RecordId, number>>;
    }
  | { readonly saved: false; readonly version: number; readonly conflicts: readonly Conflict[] };

/** The annotations of one job on the server. */
export interface AnnotationsApi {
  load(): Promise<WireAnnotations>;
  /**
   * What was saved since a version, as one net change; null if nothing was. Nobody asked for this,
   * so it interrupts nobody: being signed out (401) is told by the error alone.
   *
   * @throws {ApiError} with status 410 if the server no longer knows that version.
   */
  changesSince(version: number): Promise<WireChanges | null>;
  /**
   * Saves a batch; sending the same batch again is safe.
   *
   * @throws {ApiError} if the server refuses it, or cannot be reached (status 0).
   */
  save(batch: Batch): Promise<SaveAnswer>;
}

/** Says in the history of a job that this was done in the editor. */
export const CLIENT = { "X-Skylabel-Client": "browser" } as const;

export class JobAnnotations implements AnnotationsApi {
  private known: { readonly version: number; readonly tag: string } | null = null;

  constructor(private readonly job: number) {}

  async load(): Promise<WireAnnotations> {
    const response = await exchange(this.path(""));
    const body = parsed(await response.text());
    if (!response.ok) throw toApiError(response.status, body);
    return body as WireAnnotations;
  }

  async changesSince(version: number): Promise<WireChanges | null> {
    const tag = this.known?.version === version ? this.known.tag : null;
    const response = await reach(this.path(`/changes?since=${version}`), {
      // Asked again and again: an answer from the browser's own cache would be no news.
      cache: "no-store",
      headers: tag === null ? {} : { "If-None-Match": tag },
    });
    if (response.status === 304) return null;
    const body = parsed(await response.text());
    if (!response.ok) throw toApiError(response.status, body);
    const changes = body as WireChanges;
    const fresh = response.headers.get("ETag");
    if (changes.version > version) return changes;
    this.known = fresh === null ? null : { version, tag: fresh };
    return null;
  }

  async save(batch: Batch): Promise<SaveAnswer> {
    const headers = {
      ...CLIENT,
      "Content-Type": "application/json",
      "Idempotency-Key": batch.key,
      "X-CSRFToken": csrfToken(),
    };
    const body = JSON.stringify(batchToWire(batch));
    const response = await exchange(this.path("/changes"), { method: "POST", headers, body });
    const answer: unknown = parsed(await response.text());
    // A conflict is an answer, not an error: it says what the others did.
    if (response.status === 409 && isConflict(answer)) return { ...answer, saved: false };
    if (!response.ok) throw toApiError(response.status, answer);
    return { ...(answer as { version: number; ids: Record<RecordId, number> }), saved: true };
  }

  private path(rest: string): string {
    return `/api/jobs/${this.job}/annotations${rest}`;
  }
}

function reach(path: string, init: RequestInit): Promise<Response> {
  return fetch(path, init).catch(() => {
    throw new ApiError(0, "");
  });
}

/** As `reach`, and who is signed out is asked to sign in again. */
async function exchange(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await reach(path, init);
  if (response.status === 401) window.dispatchEvent(new Event(SIGNED_OUT));
  return response;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isConflict(answer: unknown): answer is { version: number; conflicts: Conflict[] } {
  return typeof answer === "object" && answer !== null && "conflicts" in answer;
}

function batchToWire({ version, creates, updates, deletes }: Batch) {
  return {
    version,
    create: creates.map((record) => ({
      client_id: record.id,
      kind: record.kind,
      ...recordToWire(record),
    })),
    update: updates.map(({ serverId, record }) => ({
      id: serverId,
      kind: record.kind,
      ...recordToWire(record),
    })),
    delete: deletes.map(({ serverId }) => serverId),
  };
}
