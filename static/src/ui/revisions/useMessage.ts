import { useTranslation } from "react-i18next";

const RESTORED = /^Restored revision (\d+)/;

/** What a revision says of itself, in the reader's language where the server says it in English. */
export function useMessage(): (message: string) => string {
  const { t } = useTranslation("taskHistory");
  return (message) => {
    const number = RESTORED.exec(message)?.[1];
    return number === undefined ? message : t("restoredMessage", { number });
  };
}
