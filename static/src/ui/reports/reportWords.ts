import type { TFunction } from "i18next";
import type { Report } from "../../api/reports";
import { formatNumber } from "../../i18n/format";

/** What the report of a restored backup calls its format. */
const BACKUP = "CVAT backup";
const TRACK = " track";
/** Reasons are sentences with dots and colons, which are no paths of keys. */
const WHOLE = { keySeparator: false, nsSeparator: false } as const;

/** `Tracks of polygons`, for `polygon track`. */
export function kindName(kind: string, t: TFunction): string {
  const isTrack = kind.endsWith(TRACK);
  const shape = isTrack ? kind.slice(0, -TRACK.length) : kind;
  return t(`reports:${isTrack ? "trackKind" : "kind"}.${shape}`, { defaultValue: kind });
}

/** A reason in the reader's language; one that is not known as it is. */
export function reasonText(reason: string, t: TFunction): string {
  const text = t(reason, { ns: "reasons", defaultValue: reason, ...WHOLE });
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** `Exported 12 objects on 3 frames` */
export function summaryText(
  { verb, objects, frames, format }: Pick<Report, "verb" | "objects" | "frames" | "format">,
  t: TFunction,
  language: string,
): string {
  if (format === BACKUP) {
    return t("reports:summary.restored", { objects: countText("objects", objects, t, language) });
  }
  return t(verb === "Exported" ? "reports:summary.exported" : "reports:summary.imported", {
    objects: countText("objects", objects, t, language),
    frames: countText("frames", frames, t, language),
  });
}

/** `12 objects` or `3 frames`, with the number as the language writes it. */
export function countText(
  what: "objects" | "frames",
  count: number,
  t: TFunction,
  language: string,
): string {
  return t(`reports:${what}`, { count, number: formatNumber(count, language) });
}
