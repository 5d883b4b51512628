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
