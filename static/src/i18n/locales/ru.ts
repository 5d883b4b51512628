import { byNamespace } from "./namespaces";

export const namespaces = byNamespace(
  import.meta.glob<Record<string, unknown>>("./ru/*.json", { eager: true, import: "default" }),
);
