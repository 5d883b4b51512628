import { ActionIcon, Kbd, Menu, Tooltip } from "@mantine/core";
import { IconCommand, IconDots, IconDownload, IconUpload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { LanguageChoice, ThemeChoice } from "../app/Preferences";
import { useJobSession } from "./jobContext";
import { usePanels } from "./panels";

export function JobMenu() {
  const { t } = useTranslation("job");
  const { autosave } = useJobSession();
  const open = usePanels((panels) => panels.open);
  const openSaved = async (dialog: "export" | "import") => {
    await autosave.flush();
    open(dialog);
  };
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Tooltip label={t("menu.title")}>
          <ActionIcon aria-label={t("menu.title")}>
            <IconDots size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconDownload size={15} />}
          onClick={() => void openSaved("export")}
        >
          {t("actions.export")}
        </Menu.Item>
        <Menu.Item leftSection={<IconUpload size={15} />} onClick={() => void openSaved("import")}>
          {t("actions.import")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCommand size={15} />}
          rightSection={<Kbd size="xs">Ctrl+K</Kbd>}
          onClick={() => open("palette")}
        >
          {t("actions.palette")}
        </Menu.Item>
        <Menu.Divider />
        <ThemeChoice />
        <LanguageChoice />
      </Menu.Dropdown>
    </Menu>
  );
}
