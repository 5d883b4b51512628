import { useTranslation } from "react-i18next";
import { readRestored, type Scope } from "./revisionMessage";

/**
 * What a revision says of itself, in the reader's language where the server says it in English.
 * A number that counts other saves than those `listed` is told to be one of the job or task.
 */
export function useMessage(listed: Scope): (message: string) => string {
  const { t } = useTranslation("taskHistory");
  return (message) => {
    const restored = readRestored(message);
    if (!restored) return message;
    const { number, scope, leftOut } = restored;
    const said = t(scope === listed ? "restoredMessage" : `restoredOf.${scope}`, { number });
    return leftOut > 0 ? `${said}. ${t("leftOut", { count: leftOut })}` : said;
  };
}
