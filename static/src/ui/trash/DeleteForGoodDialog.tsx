import { List, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { deleteForGood, type TrashItem, trashKey } from "../../api/trash";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { useContents } from "./useContents";

const NAMED = 6;

interface Props {
  /** Empty while closed. */
  items: readonly TrashItem[];
  onClose: () => void;
}

/** Names what goes for good, and asks. */
export function DeleteForGoodDialog({ items, onClose }: Props) {
  const { t } = useTranslation("trash");
  const queryClient = useQueryClient();
  const contents = useContents();
  // While the dialog fades out, it says what it said.
  const shown = useRef(items);
  if (items.length > 0) shown.current = items;
  const count = shown.current.length;
  const [first] = shown.current;

  async function run() {
    try {
      // One after another: each may take the server a while.
      for (const item of items) await deleteForGood(item);
    } finally {
      await queryClient.invalidateQueries({ queryKey: trashKey });
    }
  }

  return (
    <ConfirmDialog
      opened={items.length > 0}
      title={count === 1 ? t("purge.titleOne", { name: first?.name }) : t("purge.title", { count })}
      text={t("purge.text", { count })}
      confirmLabel={t("deleteForGood")}
      onConfirm={run}
      onClose={onClose}
    >
      <List mt="sm" spacing={4} size="sm" listStyleType="none">
        {shown.current.slice(0, NAMED).map((item) => (
          <List.Item key={item.id}>
            <Text span fw={500}>
              {item.name}
            </Text>{" "}
            <Text span c="dimmed">
              · {t(`kind.${item.kind}`)}, {contents(item)}
            </Text>
          </List.Item>
        ))}
        {count > NAMED && <List.Item>{t("purge.more", { count: count - NAMED })}</List.Item>}
      </List>
    </ConfirmDialog>
  );
}
