/** Characters that every client stores in a name. */
const ALLOWED = /^[A-Za-z0-9_\-. ]+$/;
const EXTENSION = /[^.]\.[A-Za-z0-9]+$/;
const MOST = 254;

/** What is wrong with a name that was typed for a file; null if nothing is, or none was typed. */
export function fileNameProblem(typed: string): "characters" | "extension" | "length" | null {
  const name = typed.trim();
  if (name === "") return null;
  if (name.length > MOST) return "length";
  if (!ALLOWED.test(name)) return "characters";
  return name.startsWith(".") || !EXTENSION.test(name) ? "extension" : null;
}
