import type { WireRevision } from "../../../document/wire";
import type { RevisionGroup } from "../../../io/revision-groups";

/** A row of the list: one save, or a stretch of them. */
export interface DatedRow {
  readonly key: string;
  /** The save that the row shows; of a stretch, its last. */
  readonly revision: WireRevision;
  /** Set where the row stands for more than one save. */
  readonly group: RevisionGroup | null;
  readonly isOpen: boolean;
  /** One save of an open stretch. */
  readonly isPart: boolean;
  /** Heading of a day that begins with this row. */
  readonly day: string | null;
}

/** Rows in their order; the saves of open stretches (named by their first save) are listed. */
export function datedRows(
  groups: readonly RevisionGroup[],
  open: ReadonlySet<number>,
  language: string,
  now: Date,
): DatedRow[] {
  let last = "";
  return groups.flatMap((group) => {
    const { newest, revisions } = group;
    const day = dayOf(newest, language, now);
    const heading = day === last ? null : day;
    last = day;
    const many = revisions.length > 1;
    const isOpen = many && open.has(revisions.at(-1)?.revision ?? -1);
    const head: DatedRow = {
      key: `group ${revisions.at(-1)?.revision}`,
      revision: newest,
      group: many ? group : null,
      isOpen,
      isPart: false,
      day: heading,
    };
    if (!isOpen) return [head];
    const parts = revisions.map((revision) => ({
      key: String(revision.revision),
      revision,
      group: null,
      isOpen: false,
      isPart: true,
      day: null,
    }));
    return [head, ...parts];
  });
}

/** Today, yesterday, or the date. */
function dayOf({ created_date }: WireRevision, language: string, now: Date): string {
  const date = new Date(created_date);
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0 || days === 1) {
    const text = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day");
    return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  }
  return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(date);
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
