import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDotsVertical, IconFileExport, IconFileImport, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DatasetTarget } from "../../api/types";
import { ConfirmDialog } from "./ConfirmDialog";
import { ExportDialog } from "./ExportDialog";
import { ImportDialog } from "./ImportDialog";
import { ShortcutTooltip } from "./ShortcutTooltip";
import { useShortcuts } from "./useShortcuts";

interface Deletion {
  title: string;
  text: string;
  run: () => Promise<unknown>;
}

interface Props {
  target: DatasetTarget;
  id: number;
  deletion: Deletion;
}

/** Export, import and delete of a task or project. */
export function DatasetActions({ target, id, deletion }: Props) {
  const { t } = useTranslation();
  const [exporting, exports] = useDisclosure();
  const [importing, imports] = useDisclosure();
  const [deleting, deletes] = useDisclosure();
  useShortcuts([
    ["e", exports.open],
    ["i", imports.open],
  ]);
  return (
    <>
      <ShortcutTooltip label={t("action.import")} keys="I">
        <Button variant="default" leftSection={<IconFileImport size={15} />} onClick={imports.open}>
          {t("action.import")}
        </Button>
      </ShortcutTooltip>
      <ShortcutTooltip label={t("action.export")} keys="E">
        <Button leftSection={<IconFileExport size={15} />} onClick={exports.open}>
          {t("action.export")}
        </Button>
      </ShortcutTooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t("action.more")}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={deletes.open}>
            {t("action.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ExportDialog target={target} id={id} opened={exporting} onClose={exports.close} />
      <ImportDialog target={target} id={id} opened={importing} onClose={imports.close} />
      <ConfirmDialog
        opened={deleting}
        title={deletion.title}
        text={deletion.text}
        confirmLabel={t("action.delete")}
        onConfirm={deletion.run}
        onClose={deletes.close}
      />
    </>
  );
}
