import { byNamespace } from "./namespaces";

export const namespaces = byNamespace(
  import.meta.glob<Record<string, unknown>>(
    // What the server says is in English already.
    ["./en/*.json", "!./en/messages.json", "!./en/reasons.json"],
    { eager: true, import: "default" },
  ),
);
