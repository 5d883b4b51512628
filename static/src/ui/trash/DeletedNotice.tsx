import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ShortcutTooltip } from "../components/ShortcutTooltip";
import { useShortcuts } from "../components/useShortcuts";
import { type Restorable, useRestore } from "./useRestore";

const SHOWN_MILLISECONDS = 12_000;

/** Says that something was deleted, and offers to take it back. */
export function notifyDeleted(item: Restorable): void {
  const id = `deleted-${item.kind}-${item.number}`;
  notifications.show({
    id,
    withBorder: true,
    autoClose: SHOWN_MILLISECONDS,
    message: <DeletedNotice item={item} onDone={() => notifications.hide(id)} />,
  });
}

interface Props {
  item: Restorable;
  onDone: () => void;
}

function DeletedNotice({ item, onDone }: Props) {
  const { t } = useTranslation("trash");
  const restore = useRestore();
  const undo = () => restore.isPending || restore.mutate([item], { onSettled: onDone });
  useShortcuts([["mod+z", undo]]);
  return (
    <Group gap={10} wrap="nowrap" justify="space-between">
      <Text lineClamp={2}>{t("notice.deleted", { name: item.name })}</Text>
      <ShortcutTooltip label={t("notice.undo")} keys="Ctrl Z">
        <Button
          variant="light"
          style={{ flex: "none" }}
          leftSection={<IconArrowBackUp size={15} />}
          loading={restore.isPending}
          onClick={undo}
        >
          {t("notice.undo")}
        </Button>
      </ShortcutTooltip>
    </Group>
  );
}
