const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** `1.4 MB`; decimal units, as file managers and browsers show them. */
export function formatBytes(bytes: number, language: string): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), BYTE_UNITS.length - 1);
  const format = new Intl.NumberFormat(language, {
    style: "unit",
    unit: BYTE_UNITS[power],
    unitDisplay: power === 0 ? "narrow" : "short",
    maximumFractionDigits: power > 1 ? 1 : 0,
  });
  // The only form with a sign for bytes leaves the space out in English.
  return format
    .formatToParts(bytes / 1000 ** power)
    .filter(({ type }) => type !== "literal")
    .map(({ type, value }) => (type === "unit" ? `\u00A0${value}` : value))
    .join("");
}

export function formatNumber(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** `progress` from 0 to 1 as `42%`. */
export function formatPercent(progress: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(
    progress,
  );
}

export function formatDateTime(date: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(
    date,
  );
}

const STEPS: readonly [limitSeconds: number, unit: Intl.RelativeTimeFormatUnit, seconds: number][] =
  [
    [60, "second", 1],
    [3600, "minute", 60],
    [86_400, "hour", 3600],
    [7 * 86_400, "day", 86_400],
  ];

/** `5 minutes ago` within a week of `now`, then the date. */
export function formatRelative(date: Date, now: Date, language: string): string {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const step = STEPS.find(([limit]) => Math.abs(seconds) < limit);
  if (!step) return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(date);
  const [, unit, size] = step;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  return unit === "second"
    ? format.format(0, "second")
    : format.format(Math.round(seconds / size), unit);
}

/** How far `date` is ahead of `now`: `in 29 days`, within a day `in 5 hours`. */
export function formatRemaining(date: Date, now: Date, language: string): string {
  const seconds = Math.max(0, (date.getTime() - now.getTime()) / 1000);
  const format = new Intl.RelativeTimeFormat(language);
  if (seconds < 3600) return format.format(Math.ceil(seconds / 60), "minute");
  if (seconds < 86_400) return format.format(Math.round(seconds / 3600), "hour");
  return format.format(Math.round(seconds / 86_400), "day");
}

/** Time that is left, in seconds, as `3 min` or `20 sec`. */
export function formatDuration(seconds: number, language: string): string {
  const [unit, size] = seconds < 60 ? (["second", 1] as const) : (["minute", 60] as const);
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 0 }).format(
    Math.ceil(seconds / size),
  );
}
