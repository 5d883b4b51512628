import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { IconArrowBackUp, IconTrashX, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TrashItem } from "../../api/trash";
import type { Selection } from "../components/list/useSelection";
import { ShortcutTooltip } from "../components/ShortcutTooltip";

interface Props {
  selection: Selection<TrashItem>;
  busy: boolean;
  onRestore: () => void;
  onDelete: () => void;
}

/** What can be done with the chosen rows; nothing while none is chosen. */
export function SelectionActions({ selection, busy, onRestore, onDelete }: Props) {
  const { t } = useTranslation("trash");
  const count = selection.chosen.length;
  if (count === 0) return null;
  return (
    <Group gap={6} wrap="nowrap" ml={8}>
      <Text fw={500} aria-live="polite" className="tabular">
        {t("chosen", { count })}
      </Text>
      <ShortcutTooltip label={t("clear")} keys="Esc">
        <ActionIcon size={26} aria-label={t("clear")} onClick={selection.clear}>
          <IconX size={14} />
        </ActionIcon>
      </ShortcutTooltip>
      <ShortcutTooltip label={t("restore")} keys="R">
        <Button
          loading={busy}
          leftSection={<IconArrowBackUp size={15} />}
          onClick={onRestore}
          variant="default"
        >
          {t("restore")}
        </Button>
      </ShortcutTooltip>
      <ShortcutTooltip label={t("deleteForGood")} keys="Del">
        <Button
          color="red"
          variant="light"
          leftSection={<IconTrashX size={15} />}
          onClick={onDelete}
        >
          {t("deleteForGood")}
        </Button>
      </ShortcutTooltip>
    </Group>
  );
}
