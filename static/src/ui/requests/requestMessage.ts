/** Sentences of the server with `{{name}}` where a value stands, and what they are elsewhere. */
export type Sentences = Readonly<Record<string, string>>;

interface Template {
  readonly names: readonly string[];
  readonly pattern: RegExp;
  readonly translation: string;
}

interface Rendering {
  readonly text: string;
  /** Letters that are as they were: of names, or of sentences that are not known. */
  readonly kept: number;
}

const VALUE = /\{\{(\w+)\}\}/g;
/** Messages of which the rendering is remembered; a list of requests has far fewer. */
const REMEMBERED = 500;

const compiled = new WeakMap<Sentences, readonly Template[]>();
const rendered = new WeakMap<Sentences, Map<string, string>>();

function templatesOf(sentences: Sentences): readonly Template[] {
  const known = compiled.get(sentences);
  if (known) return known;
  const made = Object.entries(sentences)
    .filter(([sentence]) => sentence.includes("{{"))
    // "{{file}}: {{trouble}}" takes a message apart before anything is said of its parts; then what
    // says more comes first.
    .sort(([a], [b]) => rankOf(a) - rankOf(b))
    .map(([sentence, translation]) => ({
      names: [...sentence.matchAll(VALUE)].map(([, name = ""]) => name),
      pattern: new RegExp(`^${sentence.split(VALUE).map(partPattern).join("")}$`, "s"),
      translation,
    }));
  compiled.set(sentences, made);
  return made;
}

function rankOf(sentence: string): number {
  const words = lettersOf(sentence.replaceAll(VALUE, ""));
  return words === 0 ? Number.MIN_SAFE_INTEGER : -words;
}

/** Splitting by a pattern with a group alternates between text and names. */
function partPattern(part: string, index: number): string {
  return index % 2 === 1 ? "(.+?)" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/**
 * A message of the server in another language. Values are sentences themselves ("cats.zip: is
 * empty"); of several ways to read a message, the one that leaves least as it was is taken. What
 * is not known stays as it is.
 */
export function translated(message: string, sentences: Sentences): string {
  const known = rendered.get(sentences) ?? new Map<string, string>();
  rendered.set(sentences, known);
  const before = known.get(message);
  if (before !== undefined) return before;
  if (known.size >= REMEMBERED) known.clear();
  const { text } = rendering(message, sentences, new Map());
  known.set(message, text);
  return text;
}

/** `parts`: what has been read of this message already. */
function rendering(part: string, sentences: Sentences, parts: Map<string, Rendering>): Rendering {
  const known = parts.get(part);
  if (known) return known;
  const whole = sentences[part];
  let best: Rendering =
    whole === undefined ? { text: part, kept: lettersOf(part) } : { text: whole, kept: 0 };
  let isRead = whole !== undefined;
  for (const { names, pattern, translation } of templatesOf(sentences)) {
    if (best.kept === 0 && isRead) break;
    const values = pattern.exec(part)?.slice(1);
    if (!values) continue;
    const told = values.map((value) => rendering(value, sentences, parts));
    const kept = told.reduce((sum, value) => sum + value.kept, 0);
    if (kept > best.kept || (kept === best.kept && isRead)) continue;
    isRead = true;
    const byName = new Map(names.map((name, index) => [name, told[index]?.text ?? ""]));
    best = {
      text: translation.replaceAll(VALUE, (_, name: string) => byName.get(name) ?? ""),
      kept,
    };
  }
  parts.set(part, best);
  return best;
}

function lettersOf(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0;
}
