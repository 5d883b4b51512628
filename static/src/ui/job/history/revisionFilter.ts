import type { WireRevision } from "../../../document/wire";
import { clientName } from "./clientName";

export interface RevisionFilter {
  /** Part of a person's name, a program's, a message, or a revision's number. */
  readonly text: string;
  /** Only what this person saved. */
  readonly mine: boolean;
}

export const EVERYTHING: RevisionFilter = { text: "", mine: false };

export function matches(
  { revision, owner, client, message }: WireRevision,
  { text, mine }: RevisionFilter,
  me: number,
  language: string,
): boolean {
  if (mine && owner?.id !== me) return false;
  const wanted = text.trim().toLocaleLowerCase(language);
  if (wanted === "" || wanted === String(revision)) return true;
  return [owner?.username ?? "", client, clientName(client), message].some((value) =>
    value.toLocaleLowerCase(language).includes(wanted),
  );
}
