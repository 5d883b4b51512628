export interface Range {
  readonly first: number;
  /** Inclusive. */
  readonly last: number;
}

/** Runs of consecutive numbers, for drawing what is loaded on a scrubber. */
export function toRanges(numbers: Iterable<number>): Range[] {
  const ranges: { first: number; last: number }[] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const open = ranges.at(-1);
    if (open && number === open.last + 1) open.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges;
}

/** Runs of those numbers of `first..last` (inclusive) that satisfy a condition. */
export function rangesWhere(
  first: number,
  last: number,
  condition: (number: number) => boolean,
): Range[] {
  const ranges: { first: number; last: number }[] = [];
  let open: { first: number; last: number } | null = null;
  for (let number = first; number <= last; number += 1) {
    if (!condition(number)) open = null;
    else if (open) open.last = number;
    else {
      open = { first: number, last: number };
      ranges.push(open);
    }
  }
  return ranges;
}
