/**
 * Where to go after signing in: the page that asked for it. Only a path of this application, never
 * another site that a link smuggled in (`//evil.example`, `https://…`).
 */
export function returnPath(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/tasks";
}
