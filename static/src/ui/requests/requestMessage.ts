/** Sentences of the server with `{{name}}` where a value stands, and what they are elsewhere. */
export type Sentences = Readonly<Record<string, string>>;

interface Template {
  readonly names: readonly string[];
  readonly pattern: RegExp;
  readonly translation: string;
}

const VALUE = /\{\{(\w+)\}\}/g;
/** Values are sentences themselves, at most this deep: "cats.zip: is empty". */
const DEPTH = 3;

const compiled = new WeakMap<Sentences, readonly Template[]>();

function templatesOf(sentences: Sentences): readonly Template[] {
  const known = compiled.get(sentences);
  if (known) return known;
  const made = Object.entries(sentences)
    .filter(([sentence]) => sentence.includes("{{"))
    // What says more fits better: "{{file}}: is empty" rather than "{{file}}: {{trouble}}".
    .sort(([a], [b]) => wordsOf(b) - wordsOf(a))
    .map(([sentence, translation]) => ({
      names: [...sentence.matchAll(VALUE)].map(([, name = ""]) => name),
      pattern: new RegExp(`^${sentence.split(VALUE).map(partPattern).join("")}$`, "s"),
      translation,
    }));
  compiled.set(sentences, made);
  return made;
}

/** Letters of a sentence that are not values. */
function wordsOf(sentence: string): number {
  return sentence.replaceAll(VALUE, "").length;
}

/** Splitting by a pattern with a group alternates between text and names. */
function partPattern(part: string, index: number): string {
  return index % 2 === 1 ? "(.+?)" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A message of the server in another language; what is not known stays as it is. */
export function translated(message: string, sentences: Sentences, depth = DEPTH): string {
  const whole = sentences[message];
  if (whole !== undefined) return whole;
  if (depth === 0) return message;
  for (const { names, pattern, translation } of templatesOf(sentences)) {
    const values = pattern.exec(message)?.slice(1);
    if (!values) continue;
    const byName = new Map(
      names.map((name, index) => [name, translated(values[index] ?? "", sentences, depth - 1)]),
    );
    return translation.replaceAll(VALUE, (_, name: string) => byName.get(name) ?? "");
  }
  return message;
}
