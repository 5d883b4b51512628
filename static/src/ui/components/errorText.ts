import type { TFunction } from "i18next";
import { ApiError } from "../../api/errors";

const KNOWN_STATUSES = new Set([0, 401, 403, 404, 413, 429]);

/** What to tell the user: the server's own words where they help, else what the status means. */
export function errorText(error: unknown, t: TFunction): string {
  if (!(error instanceof ApiError)) {
    return error instanceof Error && error.message ? error.message : t("common:error.unknown");
  }
  if (KNOWN_STATUSES.has(error.status)) return t(`common:error.status${error.status}`);
  if (error.status >= 500) return t("common:error.server");
  return error.message || t("common:error.unknown");
}
