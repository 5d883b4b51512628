import { send } from "../api/client";
import type { WireAnnotations, WireRevision } from "../document/wire";
import { CLIENT } from "./annotations";
import { newKey } from "./journal";

export interface RevisionPage {
  readonly count: number;
  readonly results: readonly WireRevision[];
}

export const PAGE_SIZE = 50;

/** The history of one job's annotations on the server. */
export class JobHistory {
  private readonly path: string;

  constructor(job: number) {
    this.path = `/api/jobs/${job}/annotations/history`;
  }

  /**
   * A page of revisions, newest first; pages count from 1. `object` asks for those that touched
   * one object, by its server id.
   *
   * @throws {ApiError} if the server refuses, or cannot be reached (status 0).
   */
  async list(page: number, object: number | null): Promise<RevisionPage> {
    const query = new URLSearchParams({ page: String(page), page_size: String(PAGE_SIZE) });
    if (object !== null) query.set("object", String(object));
    const response = await send(`${this.path}?${query}`, { cache: "no-store" });
    return (await response.json()) as RevisionPage;
  }

  /**
   * The annotations as of a revision.
   *
   * @throws {ApiError} 404 if there is no such revision, 410 if it is no longer kept.
   */
  async annotations(revision: number): Promise<WireAnnotations> {
    return (await (await send(`${this.path}/${revision}`)).json()) as WireAnnotations;
  }

  /**
   * Makes a revision what the job holds now, as a new revision; gives that one's number.
   *
   * @param version what the person has seen.
   * @throws {ApiError} 409 if somebody saved since `version`.
   */
  async restore(revision: number, version: number): Promise<number> {
    const response = await send(`${this.path}/${revision}/restore`, {
      method: "POST",
      headers: { ...CLIENT, "Content-Type": "application/json", "Idempotency-Key": newKey() },
      body: JSON.stringify({ version }),
    });
    return ((await response.json()) as { version: number }).version;
  }
}
