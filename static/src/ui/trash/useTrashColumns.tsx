import { ActionIcon, Checkbox, Group, Text, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconFolders, IconPhoto, IconTrashX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TrashItem } from "../../api/trash";
import { formatDateTime, formatRemaining } from "../../i18n/format";
import listClasses from "../components/list/List.module.css";
import type { Column } from "../components/list/ListTable";
import type { Selection } from "../components/list/useSelection";
import { RelativeTime } from "../components/RelativeTime";
import { useContents } from "./useContents";

interface Actions {
  selection: Selection<TrashItem>;
  onRestore: (item: TrashItem) => void;
  onDelete: (item: TrashItem) => void;
}

export function useTrashColumns(actions: Actions): Column<TrashItem>[] {
  const { t } = useTranslation("trash");
  const contents = useContents();
  const { selection } = actions;
  return [
    {
      key: "chosen",
      header: (
        <Checkbox
          aria-label={t("chooseAll")}
          checked={selection.all}
          indeterminate={!selection.all && selection.chosen.length > 0}
          onChange={selection.toggleAll}
        />
      ),
      width: 44,
      render: (item) => (
        <Checkbox
          aria-label={t("choose", { name: item.name })}
          checked={selection.ids.has(item.id)}
          onChange={() => selection.toggle(item)}
        />
      ),
    },
    {
      key: "name",
      header: t("column.name"),
      sort: "name",
      render: (item) => (
        <Group gap={10} wrap="nowrap">
          <KindIcon kind={item.kind} />
          <Text truncate className={listClasses.main} title={item.name}>
            {item.name}
          </Text>
        </Group>
      ),
    },
    { key: "contents", header: t("column.contents"), width: 190, render: contents },
    {
      key: "owner",
      header: t("column.owner"),
      width: 120,
      render: ({ owner }) => (
        <Text truncate title={owner}>
          {owner}
        </Text>
      ),
    },
    {
      key: "deleted",
      header: t("column.deleted"),
      width: 190,
      sort: "deleted_date",
      render: (item) => <Deleted item={item} />,
    },
    {
      key: "expires",
      header: t("column.expires"),
      width: 130,
      render: ({ expiresDate }) => <Remaining date={expiresDate} />,
    },
    {
      key: "actions",
      header: "",
      width: 90,
      render: (item) => <RowActions item={item} {...actions} />,
    },
  ];
}

function KindIcon({ kind }: Pick<TrashItem, "kind">) {
  const { t } = useTranslation("trash");
  const Icon = kind === "project" ? IconFolders : IconPhoto;
  return (
    <Tooltip label={t(`kind.${kind}`)}>
      <Icon
        size={17}
        stroke={1.7}
        aria-label={t(`kind.${kind}`)}
        style={{ flex: "none", color: "var(--mantine-color-dimmed)" }}
      />
    </Tooltip>
  );
}

function Deleted({ item }: { item: TrashItem }) {
  const { t } = useTranslation("trash");
  return (
    <Text truncate title={item.deletedBy}>
      <RelativeTime date={item.deletedDate} />
      {item.deletedBy && (
        <Text span c="dimmed">
          {" "}
          {t("by", { name: item.deletedBy })}
        </Text>
      )}
    </Text>
  );
}

const SOON_MILLISECONDS = 3 * 86_400_000;

function Remaining({ date }: { date: string }) {
  const { i18n } = useTranslation();
  const moment = new Date(date);
  const now = new Date();
  const soon = moment.getTime() - now.getTime() < SOON_MILLISECONDS;
  return (
    <Text span c={soon ? "var(--sky-warning-text)" : undefined} fw={soon ? 500 : undefined}>
      <time dateTime={date} title={formatDateTime(moment, i18n.language)}>
        {formatRemaining(moment, now, i18n.language)}
      </time>
    </Text>
  );
}

function RowActions({ item, onRestore, onDelete }: Actions & { item: TrashItem }) {
  const { t } = useTranslation("trash");
  const restore = t("restoreOne", { name: item.name });
  const remove = t("deleteOne", { name: item.name });
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <Tooltip label={t("restore")}>
        <ActionIcon aria-label={restore} onClick={() => onRestore(item)}>
          <IconArrowBackUp size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("deleteForGood")}>
        <ActionIcon aria-label={remove} onClick={() => onDelete(item)}>
          <IconTrashX size={16} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
