import { Button, Group, List, Modal, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../../api/errors";
import type { JobSession } from "../../../io/job-session";
import type { Past } from "../../../tools/editor";
import { errorText } from "../../components/errorText";
import { useJobSession } from "../jobContext";
import { usePanels } from "../panels";
import { useSignal } from "../useSignal";
import { UndoRestore } from "./UndoRestore";

/** Asks before an earlier revision becomes what the job holds, saying what that means. */
export function RestoreDialog() {
  const { t } = useTranslation("history");
  const { editor } = useJobSession();
  const { dialog, close } = usePanels();
  const past = useSignal(editor.past);
  return (
    <Modal
      opened={dialog === "restore" && past !== null}
      onClose={close}
      title={t("restore.title", { number: past?.revision ?? 0 })}
    >
      {past && <RestoreForm past={past} onClose={close} />}
    </Modal>
  );
}

function RestoreForm({ past, onClose }: { readonly past: Past; readonly onClose: () => void }) {
  const { t } = useTranslation("history");
  const session = useJobSession();
  const { gone, changed, new: added } = past.comparison.counts;
  const kept = keptBy(session, past);
  const restore = useMutation({
    mutationFn: () => session.past.restore(past.revision, kept),
    onSuccess: (before) => {
      session.autosave.dismissReplacement();
      onClose();
      announce(session, past.revision, before);
    },
    onError: (error) => {
      if (isBehind(error)) void session.autosave.look().catch(() => {});
    },
  });
  const announce = (of: JobSession, revision: number, before: number) =>
    notifications.show({
      id: "restored",
      autoClose: 12_000,
      message: <UndoRestore session={of} revision={revision} before={before} />,
    });
  const isSame = gone + changed + added === 0;
  return (
    <>
      <Text c="dimmed">{t(isSame ? "restore.same" : "restore.text")}</Text>
      <List size="sm" mt="xs" spacing={2}>
        {gone > 0 && <List.Item>{t("restore.gone", { count: gone })}</List.Item>}
        {changed > 0 && <List.Item>{t("restore.changed", { count: changed })}</List.Item>}
        {added > 0 && <List.Item>{t("restore.new", { count: added })}</List.Item>}
      </List>
      {kept.length > 0 && <Text mt="xs">{t("restore.kept", { count: kept.length })}</Text>}
      <Text c="dimmed" mt="xs">
        {t("restore.undoable")}
      </Text>
      {restore.error && (
        <Text c="red" mt="sm" role="alert">
          {isBehind(restore.error) ? t("restore.behind") : errorText(restore.error, t)}
        </Text>
      )}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t("restore.cancel")}
        </Button>
        <Button data-autofocus loading={restore.isPending} onClick={() => restore.mutate()}>
          {t("restore.confirm")}
        </Button>
      </Group>
    </>
  );
}

/** Going back before a replacement does not undo what this person has done since. */
function keptBy({ autosave }: JobSession, { revision }: Past): readonly string[] {
  return autosave.replacement()?.revision === revision + 1 ? autosave.survived() : [];
}

function isBehind(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409;
}
