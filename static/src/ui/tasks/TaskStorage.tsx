import { Select, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/errors";
import { moveToStorage } from "../../api/media";
import { ALL_STORAGES, storageQuery, storagesQuery } from "../../api/storages";
import { tasksKey } from "../../api/tasks";
import { errorText } from "../components/errorText";

interface Props {
  taskId: number;
  storageId: number;
}

/** The storage that a task reads its media from, and a way to read them from another. */
export function TaskStorage({ taskId, storageId }: Props) {
  const { t } = useTranslation("tasks");
  const queryClient = useQueryClient();
  const current = useQuery(storageQuery(storageId));
  const { data } = useQuery(storagesQuery(ALL_STORAGES));
  const move = useMutation({
    mutationFn: (id: number) => moveToStorage(taskId, id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: tasksKey }),
  });
  const isGone = current.error instanceof ApiError && current.error.status === 404;
  const known = current.data ? [current.data] : [];
  const others = data?.results.filter(({ id }) => id !== storageId) ?? [];
  return (
    <>
      <Select
        aria-label={t("storage.label")}
        placeholder={isGone ? t("storage.choose") : t("storage.hidden", { id: storageId })}
        nothingFoundMessage={t("common:list.nothing")}
        searchable
        allowDeselect={false}
        disabled={current.isPending || move.isPending}
        value={current.data ? String(storageId) : null}
        data={[...known, ...others].map(({ id, display_name }) => ({
          value: String(id),
          label: display_name,
        }))}
        onChange={(id) => id && Number(id) !== storageId && move.mutate(Number(id))}
        comboboxProps={{ width: 240, position: "bottom-start" }}
      />
      {isGone && (
        <Text c="red" fz={12}>
          {t("storage.gone")}
        </Text>
      )}
      {move.error && (
        <Text c="red" fz={12} role="alert">
          {errorText(move.error, t)}
        </Text>
      )}
    </>
  );
}
