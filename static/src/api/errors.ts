/** What a refused request says: a message, and messages by form field where the server names them. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** HTTP status; 0 when the server could not be reached. */
    readonly status: number,
    message: string,
    /** Messages by field name, as the server spells it (`password1`, `labels`…). */
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(text).filter(Boolean).join(" ");
  if (value && typeof value === "object") return Object.values(value).map(text).join(" ");
  return value === undefined || value === null ? "" : String(value);
}

/**
 * Reads an error body in any of the server's shapes: `{"detail": "…"}`, `{"field": ["…"]}`,
 * `["…"]` or plain text.
 */
export function toApiError(status: number, body: unknown): ApiError {
  if (body && typeof body === "object" && !Array.isArray(body)) {
    const { detail, non_field_errors: general, ...fields } = body as Record<string, unknown>;
    const byField = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, text(value)]),
    );
    const message = text(detail ?? general) || Object.values(byField).join(" ");
    return new ApiError(status, message, byField);
  }
  return new ApiError(status, text(body));
}
