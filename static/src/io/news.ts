import { ApiError } from "../api/errors";
import type { AnnotationDocument } from "../document/document";
import type { WireAnnotations, WireChanges, WireRevision } from "../document/wire";
import type { AnnotationsApi } from "./annotations";
import type { Rebase, ServerState } from "./server-state";

/** What others saved: the changes alone, or everything where the server can no longer tell. */
export type News = {
  /** Oldest first; none where the server can no longer tell. */
  readonly revisions: readonly WireRevision[];
} & (
  | { readonly name: "changes"; readonly changes: WireChanges }
  | { readonly name: "everything"; readonly annotations: WireAnnotations }
);

/** The server has trimmed the revisions that a version is to be compared with. */
const GONE = 410;

/** What was saved since a version; null if nothing was. */
export async function fetchNews(api: AnnotationsApi, version: number): Promise<News | null> {
  try {
    const changes = await api.changesSince(version);
    if (changes === null) return null;
    const revisions = changes.revisions.toSorted((a, b) => a.revision - b.revision);
    return { name: "changes", changes, revisions };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== GONE) throw error;
    return { name: "everything", annotations: await api.load(), revisions: [] };
  }
}

/** Makes the news the base of our changes. */
export function takeIn(news: News, server: ServerState, document: AnnotationDocument): Rebase {
  if (news.name === "changes") return server.follow(news.changes, document);
  return server.rebase(news.annotations, document);
}
