import { csrfToken, SIGNED_OUT, send } from "../api/client";
import { ApiError, toApiError } from "../api/errors";
import type { ObjectKind, RecordId } from "../document/records";
import type { WireAnnotations, WireObject } from "../document/wire";
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
   * Saves a batch; sending the same batch again is safe.
   *
   * @throws {ApiError} if the server refuses it, or cannot be reached (status 0).
   */
  save(batch: Batch): Promise<SaveAnswer>;
}

export class JobAnnotations implements AnnotationsApi {
  constructor(private readonly job: number) {}

  async load(): Promise<WireAnnotations> {
    const response = await send(`/api/jobs/${this.job}/annotations`);
    return (await response.json()) as WireAnnotations;
  }

  async save(batch: Batch): Promise<SaveAnswer> {
    const headers = {
      "Content-Type": "application/json",
      "Idempotency-Key": batch.key,
      "X-CSRFToken": csrfToken(),
    };
    const body = JSON.stringify(batchToWire(batch));
    const path = `/api/jobs/${this.job}/annotations/changes`;
    const response = await fetch(path, { method: "POST", headers, body }).catch(() => {
      throw new ApiError(0, "");
    });
    if (response.status === 401) window.dispatchEvent(new Event(SIGNED_OUT));
    const text = await response.text();
    const answer: unknown = parsed(text);
    // A conflict is an answer, not an error: it says what the others did.
    if (response.status === 409 && isConflict(answer)) return { ...answer, saved: false };
    if (!response.ok) throw toApiError(response.status, answer);
    return { ...(answer as { version: number; ids: Record<RecordId, number> }), saved: true };
  }
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
