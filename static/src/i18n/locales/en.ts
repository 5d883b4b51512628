import { byNamespace } from "./namespaces";

export const namespaces = byNamespace(
  import.meta.glob<Record<string, unknown>>("./en/*.json", { eager: true, import: "default" }),
);
