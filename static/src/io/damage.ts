const PAGE =
  /^(?<count>\d+) \w+ (?:on frames (?<first>\d+) to (?<last>\d+)|from frame (?<from>\d+) on): bytes /;

/** Objects of the server's pages that are missing, and where. */
export interface MissingObjects {
  readonly count: number;
  readonly first: number;
  /** Null if some of them have no end. */
  readonly last: number | null;
}

export interface Damage {
  readonly missing: MissingObjects | null;
  /** What else is said. */
  readonly others: readonly string[];
}

/** A lost file is many pages, each named by the server: together they are said in one sentence. */
export function summarised(damaged: readonly string[]): Damage {
  let missing: MissingObjects | null = null;
  const others: string[] = [];
  for (const text of damaged) {
    const page = PAGE.exec(text)?.groups;
    if (page) missing = together(missing, pageOf(page));
    else others.push(text);
  }
  return { missing, others };
}

function pageOf({ count, first, last, from }: Record<string, string | undefined>): MissingObjects {
  return {
    count: Number(count),
    first: Number(first ?? from),
    last: last === undefined ? null : Number(last),
  };
}

function together(one: MissingObjects | null, other: MissingObjects): MissingObjects {
  if (!one) return other;
  const isOpen = one.last === null || other.last === null;
  return {
    count: one.count + other.count,
    first: Math.min(one.first, other.first),
    last: isOpen ? null : Math.max(one.last ?? 0, other.last ?? 0),
  };
}
