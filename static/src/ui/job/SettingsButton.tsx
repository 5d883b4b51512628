import { ActionIcon, Tooltip } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { usePanels } from "./panels";

export function SettingsButton() {
  const { t } = useTranslation("job");
  const open = usePanels((panels) => panels.open);
  return (
    <Tooltip label={t("settings.title")}>
      <ActionIcon aria-label={t("settings.title")} onClick={() => open("settings")}>
        <IconAdjustmentsHorizontal size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
