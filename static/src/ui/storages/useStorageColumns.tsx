import { ActionIcon, Badge, Group, Skeleton, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type CloudStorage, storageStatusQuery } from "../../api/storages";
import listClasses from "../components/list/List.module.css";
import type { Column } from "../components/list/ListTable";
import { RelativeTime } from "../components/RelativeTime";
import { ProviderMark } from "./ProviderMark";

interface Actions {
  onEdit: (storage: CloudStorage) => void;
  onDelete: (storage: CloudStorage) => void;
}

export function useStorageColumns(actions: Actions): Column<CloudStorage>[] {
  const { t } = useTranslation("storages");
  return [
    {
      key: "name",
      header: t("column.name"),
      sort: "display_name",
      render: (storage) => (
        <Group gap={8} wrap="nowrap" className={listClasses.main}>
          <ProviderMark provider={storage.provider_type} />
          <UnstyledButton fz="inherit" fw={500} onClick={() => actions.onEdit(storage)}>
            {storage.display_name}
          </UnstyledButton>
        </Group>
      ),
    },
    {
      key: "resource",
      header: t("column.resource"),
      sort: "resource",
      render: ({ resource }) => <Text truncate>{resource}</Text>,
    },
    {
      key: "provider",
      header: t("column.provider"),
      width: 170,
      render: ({ provider_type }) => t(`provider.${provider_type}`),
    },
    {
      key: "status",
      header: t("column.status"),
      width: 130,
      render: ({ id }) => <Status id={id} />,
    },
    {
      key: "owner",
      header: t("column.owner"),
      width: 130,
      render: ({ owner }) => owner?.username ?? "",
    },
    {
      key: "updated",
      header: t("column.updated"),
      width: 150,
      sort: "updated_date",
      render: ({ updated_date }) => <RelativeTime date={updated_date} />,
    },
    {
      key: "actions",
      header: "",
      width: 84,
      render: (storage) => <RowActions storage={storage} {...actions} />,
    },
  ];
}

const COLORS = { AVAILABLE: "teal", FORBIDDEN: "red", NOT_FOUND: "orange" };

function Status({ id }: { id: number }) {
  const { t } = useTranslation("storages");
  const { data, error } = useQuery(storageStatusQuery(id));
  if (!data && !error) return <Skeleton height={16} width={80} />;
  const status = data && data in COLORS ? data : "NOT_FOUND";
  return (
    <Tooltip label={t(`statusHint.${status}`)}>
      <Badge variant="light" color={COLORS[status]}>
        {t(`status.${status}`)}
      </Badge>
    </Tooltip>
  );
}

function RowActions({ storage, onEdit, onDelete }: Actions & { storage: CloudStorage }) {
  const { t } = useTranslation("storages");
  const edit = t("edit", { name: storage.display_name });
  const remove = t("remove", { name: storage.display_name });
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <Tooltip label={edit}>
        <ActionIcon aria-label={edit} onClick={() => onEdit(storage)}>
          <IconPencil size={15} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={remove}>
        <ActionIcon aria-label={remove} onClick={() => onDelete(storage)}>
          <IconTrash size={15} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
