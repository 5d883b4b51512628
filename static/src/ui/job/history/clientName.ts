/** A program as its history names it, without what only other programs want to know. */
export function clientName(client: string): string {
  const [, name = client, version = ""] = /^([\w.-]+)\/([\w.-]+)/.exec(client) ?? [];
  if (name === "Mozilla") return "browser";
  return version ? `${name} ${version}` : name;
}
