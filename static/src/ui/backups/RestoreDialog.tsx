import { Button, Group, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type BackupTarget, restoreEndpoint } from "../../api/backups";
import { type StoredFile, startReading } from "../../api/datasets";
import { uploadDataset } from "../../io/upload-dataset";
import { useBackgroundWork } from "../components/useBackgroundWork";
import { WorkDialog } from "../components/WorkDialog";
import { NO_SOURCE, SourceFields, sourceOf } from "../datasets/SourceFields";
import { WorkStatus } from "../datasets/WorkStatus";
import { RequestReport } from "../reports/RequestReport";

interface Props {
  target: BackupTarget;
  opened: boolean;
  onClose: () => void;
}

const EXTENSIONS = [".zip"];

/** Makes a task or project again from the file of a backup. */
export function RestoreDialog({ target, opened, onClose }: Props) {
  const { t } = useTranslation("backups");
  const title = t("restore.title", { context: target });
  return (
    <WorkDialog opened={opened} onClose={onClose} title={title}>
      <RestoreForm target={target} onClose={onClose} />
    </WorkDialog>
  );
}

function RestoreForm({ target, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("backups");
  const [source, setSource] = useState(NO_SOURCE);
  const endpoint = restoreEndpoint(target);
  const work = useBackgroundWork((given: File | StoredFile, { signal, onSent }) =>
    given instanceof File
      ? uploadDataset({ endpoint, options: {}, file: given }, onSent, signal)
      : startReading(endpoint, {}, given),
  );
  const busy = work.isSending || work.isRunning;
  const given = sourceOf(source);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (given && !busy) work.start(given);
  }

  if (work.isFinished && work.request) {
    return (
      <Stack gap="sm">
        <Text>{t("restore.done", { context: target })}</Text>
        <RequestReport request={work.request} />
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:action.close")}
          </Button>
          {work.request.result_id && (
            <Button autoFocus component={Link} to={`/${target}s/${work.request.result_id}`}>
              {t("restore.open", { context: target })}
            </Button>
          )}
        </Group>
      </Stack>
    );
  }
  return (
    <Stack component="form" gap="sm" onSubmit={submit}>
      <Text c="dimmed">{t("restore.text", { context: target })}</Text>
      <SourceFields
        choice={source}
        extensions={EXTENSIONS}
        isFirst
        disabled={busy}
        onChange={(change) => setSource({ ...source, ...change })}
      />
      <WorkStatus
        work={work}
        label={t("restore.progress")}
        failedHint={t("restore.failedHint", { context: target })}
      />
      <Group justify="flex-end" gap="xs" mt="xs">
        <Button variant="default" onClick={onClose}>
          {t("common:action.close")}
        </Button>
        <Button type="submit" loading={busy} disabled={!given}>
          {t("restore.submit")}
        </Button>
      </Group>
    </Stack>
  );
}
