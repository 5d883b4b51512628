import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { WireRevision } from "../../../document/wire";
import { useSession } from "../../app/useSession";
import { clientName } from "./clientName";

/** Who saved, as this person reads it. */
export function usePersonName(): (owner: WireRevision["owner"]) => string {
  const { t } = useTranslation("history");
  const me = useSession().id;
  return useCallback(
    (owner) => {
      if (owner === null) return t("person.nobody");
      return owner.id === me ? t("person.you") : owner.username;
    },
    [t, me],
  );
}

/** What somebody saved with. */
export function useClientName(): (client: string) => string {
  const { t } = useTranslation("history");
  return useCallback(
    (client) => {
      const name = clientName(client);
      switch (name) {
        case "":
          return t("client.unknown");
        case "browser":
          return t("client.browser");
        case "import":
          return t("client.import");
        case "server":
          return t("client.server");
        default:
          return name;
      }
    },
    [t],
  );
}
