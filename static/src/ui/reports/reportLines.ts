import type { Report } from "../../api/reports";

/** Something that happened to several objects, and where to a few of them. */
export interface Entry {
  readonly text: string;
  readonly count: number;
  readonly examples: readonly string[];
  /** There are more places than examples. */
  readonly hasMore: boolean;
}

/** Of objects that no label fits, `labels` speaks by name. */
export const UNMATCHED = "no label of that name";

function entries(counts: Readonly<Record<string, number>>, report: Report): Entry[] {
  return Object.entries(counts)
    .map(([text, count]) => {
      const examples = report.examples[text] ?? [];
      return { text, count, examples, hasMore: examples.length > 0 && count > examples.length };
    })
    .sort((a, b) => b.count - a.count);
}

export function changedIn(report: Report): Entry[] {
  return entries(report.converted, report);
}

export function leftOutOf(report: Report): Entry[] {
  return entries(report.skipped, report);
}

/** Kinds of objects with their counts, the most frequent first. */
export function kindsIn(report: Report): [kind: string, count: number][] {
  return Object.entries(report.kinds).sort(([, a], [, b]) => b - a);
}

/** Nothing was changed or left out. */
export function isComplete(report: Report): boolean {
  return Object.keys(report.converted).length + Object.keys(report.skipped).length === 0;
}

/** Files with what happened in them, those with trouble first. */
export function filesIn(report: Report) {
  const trouble = (file: { skipped: number; converted: number }) =>
    file.skipped * 2 + file.converted;
  return Object.entries(report.files)
    .map(([name, counts]) => ({ name, ...counts }))
    .sort((a, b) => Math.sign(trouble(b)) - Math.sign(trouble(a)) || a.name.localeCompare(b.name));
}
