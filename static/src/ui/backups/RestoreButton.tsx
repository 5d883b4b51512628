import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArchive } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { BackupTarget } from "../../api/backups";
import { ShortcutTooltip } from "../components/ShortcutTooltip";
import { useShortcuts } from "../components/useShortcuts";
import { RestoreDialog } from "./RestoreDialog";

/** Above a list: makes one more of its kind from a backup. */
export function RestoreButton({ target }: { target: BackupTarget }) {
  const { t } = useTranslation("backups");
  const [opened, dialog] = useDisclosure();
  useShortcuts([["r", dialog.open]]);
  return (
    <>
      <ShortcutTooltip label={t("restore.action")} keys="R">
        <Button variant="default" leftSection={<IconArchive size={15} />} onClick={dialog.open}>
          {t("restore.action")}
        </Button>
      </ShortcutTooltip>
      <RestoreDialog target={target} opened={opened} onClose={dialog.close} />
    </>
  );
}
