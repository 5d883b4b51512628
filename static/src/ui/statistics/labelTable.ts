import { countOf, KINDS, type Kind, type LabelStatistics } from "../../api/statistics";

/** What a table of labels is sorted by. */
export type SortField = "name" | "objects" | Kind;

export interface Sorting {
  readonly field: SortField;
  readonly descending: boolean;
}

/** The kinds that occur; columns of nothing but zeros say nothing. */
export function occurringKinds(labels: readonly LabelStatistics[]): Kind[] {
  return KINDS.filter((kind) => labels.some((label) => countOf(label, kind) > 0));
}

/** The labels whose name contains `search`, sorted; equals by name. */
export function labelRows(
  labels: readonly LabelStatistics[],
  search: string,
  { field, descending }: Sorting,
  language: string,
): LabelStatistics[] {
  const wanted = search.trim().toLocaleLowerCase(language);
  const order = new Intl.Collator(language, { numeric: true });
  const sign = descending ? -1 : 1;
  const measured = labels
    .filter(({ name }) => name.toLocaleLowerCase(language).includes(wanted))
    .map((label) => ({ label, number: measure(label, field) }));
  return measured
    .sort((one, other) => {
      const byName = order.compare(one.label.name, other.label.name);
      return field === "name" ? sign * byName : sign * (one.number - other.number) || byName;
    })
    .map(({ label }) => label);
}

function measure(label: LabelStatistics, field: SortField): number {
  if (field === "name") return 0;
  return field === "objects" ? label.objects : countOf(label, field);
}

/** Another click on the same column turns it round; numbers begin with the largest. */
export function nextSorting(now: Sorting, field: SortField): Sorting {
  if (now.field === field) return { field, descending: !now.descending };
  return { field, descending: field !== "name" };
}
