import { useTranslation } from "react-i18next";
import { shareQuery } from "../../../api/stores";
import { StoreBrowser } from "./StoreBrowser";

interface Props {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Chooses files and folders of the file share that is connected to the server. */
export function ShareSource({ chosen, onChange }: Props) {
  const { t } = useTranslation("tasks");
  return (
    <StoreBrowser
      root={t("share.root")}
      query={shareQuery}
      chosen={chosen}
      onChange={onChange}
      empty={{ title: t("share.empty"), text: t("share.emptyText") }}
    />
  );
}
