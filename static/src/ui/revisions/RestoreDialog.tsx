import { List, Loader, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Annotated } from "../../api/annotated";
import { ApiError } from "../../api/errors";
import { jobsKey } from "../../api/jobs";
import {
  type RestoreEffect,
  type Revision,
  restoreEffectQuery,
  restoreRevision,
  revisionsKey,
} from "../../api/revisions";
import { statisticsKey } from "../../api/statistics";
import { tasksKey } from "../../api/tasks";
import { ConfirmDialog } from "../components/ConfirmDialog";

interface Props {
  of: Annotated;
  /** Null while closed. */
  wanted: Revision | null;
  latest: number;
  onClose: () => void;
}

/** Says what restoring a revision changes, and asks. */
export function RestoreDialog({ of, wanted, latest, onClose }: Props) {
  const { t } = useTranslation("taskHistory");
  const queryClient = useQueryClient();
  // While the dialog fades out, it says what it said.
  const shown = useRef(wanted);
  const before = useRef(latest);
  if (wanted) {
    shown.current = wanted;
    before.current = latest;
  }
  const number = shown.current?.id ?? 0;
  const effect = useQuery({
    ...restoreEffectQuery(of, number, latest),
    enabled: wanted !== null && latest > 0,
    retry: false,
  });

  async function run() {
    try {
      const { left_out } = await restoreRevision(of, number, latest);
      notifications.show({ message: t("restored", { number }) });
      if (left_out > 0) {
        notifications.show({ color: "yellow", message: t("leftOut", { count: left_out }) });
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) throw new Error(t("behind"));
      throw error;
    } finally {
      const changed = [revisionsKey, statisticsKey, tasksKey, jobsKey];
      await Promise.all(changed.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    }
  }

  return (
    <ConfirmDialog
      opened={wanted !== null}
      title={t("restore.title", { number })}
      text={t(`restore.text.${of.kind}`)}
      confirmLabel={t("restore.action")}
      color="sky"
      onConfirm={run}
      onClose={onClose}
    >
      {effect.isLoading && <Loader size={16} mt="sm" color="gray" />}
      {effect.data && <Effect {...effect.data} />}
      <Text c="dimmed" mt="sm">
        {t(`restore.undoable.${of.kind}`, { latest: before.current })}
      </Text>
    </ConfirmDialog>
  );
}

function Effect({ created, updated, deleted }: RestoreEffect) {
  const { t } = useTranslation("taskHistory");
  if (created + updated + deleted === 0) return <Text mt="sm">{t("restore.same")}</Text>;
  return (
    <List mt="sm" spacing={2} size="sm" fw={500}>
      {created > 0 && <List.Item>{t("restore.created", { count: created })}</List.Item>}
      {updated > 0 && <List.Item>{t("restore.updated", { count: updated })}</List.Item>}
      {deleted > 0 && <List.Item>{t("restore.deleted", { count: deleted })}</List.Item>}
    </List>
  );
}
