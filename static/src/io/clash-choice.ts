import { differingFrames } from "../document/comparison";
import type { AnnotationDocument } from "../document/document";
import type { AnnotationRecord, RecordId } from "../document/records";
import type { Clash } from "./merge";

export type Side = "mine" | "theirs" | "both";

/** What can be chosen: of a deletion and a change, only one can be had. */
export function sidesOf({ copy }: Clash): readonly Side[] {
  return copy === null ? ["mine", "theirs"] : ["mine", "theirs", "both"];
}

/** The changes that make the document what one side wants; until then it has both. */
export function choose(
  clash: Clash,
  side: Side,
  document: AnnotationDocument,
): [RecordId, AnnotationRecord | null][] {
  const { id, outcome, copy, mine } = clash;
  if (outcome === "restored") return side === "theirs" ? [[id, null]] : [];
  if (outcome === "undeleted") return side === "mine" ? [[id, null]] : [];
  if (copy === null || side === "both") return [];
  const kept = document.get(copy) ?? mine;
  if (side === "theirs" || kept === null) return [[copy, null]];
  return [
    [copy, null],
    [id, { ...kept, id }],
  ];
}

/** The first frame on which the sides differ. */
export function frameOf({ mine, theirs }: Clash): number {
  if (mine && theirs) return differingFrames(mine, theirs)[0] ?? mine.frame;
  return (mine ?? theirs)?.frame ?? 0;
}
