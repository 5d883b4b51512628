import { AnnotationDocument } from "../document/document";
import type { RecordId } from "../document/records";
import type { AnnotationsApi } from "./annotations";
import type { Journal, Leftover } from "./journal";
import type { Clash } from "./merge";
import type { KnownIds } from "./server-state";
import { createdIds, ServerState } from "./server-state";

export interface OpenedDocument {
  readonly document: AnnotationDocument;
  readonly server: ServerState;
  /** Objects changed in an earlier sitting and not saved yet. */
  readonly recovered: readonly RecordId[];
  readonly clashes: readonly Clash[];
  /** What the server cannot read of the annotations, in words. */
  readonly damaged: readonly string[];
}

/**
 * The annotations of a job with everything that earlier sittings did not get to save. A batch
 * whose answer was lost is sent again first: its key tells the server that it is the same one.
 */
export async function openDocument(api: AnnotationsApi, journal: Journal): Promise<OpenedDocument> {
  const leftovers = await journal.leftovers();
  let ids: KnownIds = {};
  for (const leftover of leftovers) {
    ids = { ...ids, ...leftover.ids, ...(await resend(api, journal, leftover)) };
  }
  const wire = await api.load();
  const server = new ServerState(wire, ids);
  const document = new AnnotationDocument(server.records());
  const clashes: Clash[] = [];
  const touched = new Set<RecordId>();
  for (const { session } of leftovers) {
    const replayed = server.replay(await journal.pending(session), document);
    document.apply(replayed.diff);
    clashes.push(...replayed.clashes);
    for (const id of Object.keys(replayed.diff)) touched.add(id);
  }
  const diff = Object.fromEntries(
    [...touched].map((id) => [id, { before: server.get(id), after: document.get(id) }]),
  );
  const stillNeeded = Object.entries(ids).filter(([id]) => id in diff);
  await journal.adopt(leftovers, Object.fromEntries(stillNeeded), diff);
  return { document, server, recovered: [...touched], clashes, damaged: wire.damaged ?? [] };
}

/** Ids of what the repeated batch created; none if it was not saved, for its diffs are kept. */
async function resend(
  api: AnnotationsApi,
  journal: Journal,
  leftover: Leftover,
): Promise<KnownIds> {
  const { batch } = leftover;
  if (!batch) return {};
  const answer = await api.save(batch).catch((error: unknown) => {
    if (isRefusal(error)) return null;
    throw error;
  });
  if (!answer?.saved) return {};
  const ids = createdIds(batch, answer);
  await journal.settleLeftover(leftover, ids);
  return ids;
}

/** The server looked at the batch and said no; sending it again would not help. */
function isRefusal(error: unknown): boolean {
  const status = (error as { status?: unknown }).status;
  return typeof status === "number" && status >= 400 && status < 500 && status !== 401;
}
