import { ActionIcon, Button, Kbd, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconArchive,
  IconDotsVertical,
  IconFileExport,
  IconFileImport,
  IconTrash,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { BackupTarget } from "../../api/backups";
import { BackupDialog } from "../backups/BackupDialog";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { ShortcutTooltip } from "../components/ShortcutTooltip";
import { useShortcuts } from "../components/useShortcuts";
import { ExportDialog } from "./ExportDialog";
import { ImportDialog } from "./ImportDialog";

interface Deletion {
  title: string;
  text: string;
  run: () => Promise<unknown>;
}

interface Props {
  target: BackupTarget;
  id: number;
  /** `2d` or `3d`; null if that is not known yet. */
  dimension: string | null;
  /** The cloud storage that files of it go to by default. */
  storageId: number | null;
  deletion: Deletion;
}

/** Export, import, backup and delete of a task or project. */
export function DatasetActions({ target, id, dimension, storageId, deletion }: Props) {
  const { t } = useTranslation();
  const [exporting, exports] = useDisclosure();
  const [importing, imports] = useDisclosure();
  const [saving, backups] = useDisclosure();
  const [deleting, deletes] = useDisclosure();
  useShortcuts([
    ["e", exports.open],
    ["i", imports.open],
    ["b", backups.open],
  ]);
  const navigate = useNavigate();
  const whole = { target, id, storageId };
  function showHistory() {
    imports.close();
    void navigate(`/tasks/${id}/history`);
  }
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
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon aria-label={t("action.more")}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconArchive size={15} />}
            rightSection={<Kbd size="xs">B</Kbd>}
            onClick={backups.open}
          >
            {t("action.backup")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={deletes.open}>
            {t("action.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ExportDialog {...whole} dimension={dimension} opened={exporting} onClose={exports.close} />
      <ImportDialog
        target={target}
        id={id}
        dimension={dimension}
        opened={importing}
        onClose={imports.close}
        // A project gets new tasks; those that are there stay as they are.
        onHistory={target === "task" ? showHistory : undefined}
      />
      <BackupDialog {...whole} opened={saving} onClose={backups.close} />
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
