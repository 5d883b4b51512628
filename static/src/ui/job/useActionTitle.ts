import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useJobSession } from "./jobContext";

const LABEL_ACTION = /^label(\d)$/;

/** What an action is called; null for the shortcut of a label that this job does not have. */
export function useActionTitle(): (id: string) => string | null {
  const { t } = useTranslation("job");
  const { labels } = useJobSession().editor;
  return useCallback(
    (id) => {
      const index = LABEL_ACTION.exec(id)?.[1];
      if (index === undefined) return t(`actions.${id}`);
      const label = labels.labels[Number(index) - 1];
      return label ? t("actions.label", { name: label.name }) : null;
    },
    [t, labels],
  );
}
