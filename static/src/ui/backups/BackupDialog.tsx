import { Alert, Button, Group, Stack, Switch, Text } from "@mantine/core";
import { IconCircleCheck, IconDownload } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type BackupOrder, type BackupTarget, startBackup } from "../../api/backups";
import { useBackgroundWork } from "../components/useBackgroundWork";
import { WorkDialog } from "../components/WorkDialog";
import { type OutletChoice, OutletFields, outletOf } from "../datasets/OutletFields";
import { WorkStatus } from "../datasets/WorkStatus";

interface Props {
  target: BackupTarget;
  id: number;
  /** The cloud storage that files of it go to by default. */
  storageId: number | null;
  opened: boolean;
  onClose: () => void;
}

/** Writes everything of a task or project into one file, from which it can be made again. */
export function BackupDialog({ opened, ...form }: Props) {
  const { t } = useTranslation("backups");
  const { target, id, onClose } = form;
  const title = t("backup.title", { context: target, id });
  return (
    <WorkDialog opened={opened} onClose={onClose} title={title}>
      <BackupForm {...form} />
    </WorkDialog>
  );
}

function BackupForm({ target, id, storageId, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("backups");
  const [lightweight, setLightweight] = useState(false);
  const [outlet, setOutlet] = useState<OutletChoice>({
    kind: storageId === null ? "download" : "cloud",
    storageId,
    filename: "",
  });
  const work = useBackgroundWork((order: BackupOrder) => startBackup(target, id, order));
  const busy = work.isSending || work.isRunning;
  const place = outletOf(outlet);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (place && !busy) work.start({ lightweight, ...place });
  }

  if (work.isFinished) {
    const url = work.request?.result_url;
    return (
      <Stack gap="sm">
        <Alert color="teal" variant="light" role="status" icon={<IconCircleCheck size={18} />}>
          {t(url ? "backup.ready" : "backup.inStorage")}
        </Alert>
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:action.close")}
          </Button>
          {url && (
            <Button
              autoFocus
              component="a"
              href={url}
              download
              leftSection={<IconDownload size={15} />}
            >
              {t("backup.download")}
            </Button>
          )}
        </Group>
      </Stack>
    );
  }
  return (
    <Stack component="form" gap="sm" onSubmit={submit}>
      <Text c="dimmed">{t("backup.text", { context: target })}</Text>
      <Switch
        label={t("backup.lightweight")}
        description={t("backup.lightweightHint")}
        checked={lightweight}
        disabled={busy}
        onChange={({ currentTarget: { checked } }) => setLightweight(checked)}
      />
      <OutletFields
        choice={outlet}
        disabled={busy}
        onChange={(change) => setOutlet({ ...outlet, ...change })}
      />
      <WorkStatus work={work} label={t("backup.progress")} />
      <Group justify="flex-end" gap="xs" mt="xs">
        <Button variant="default" onClick={onClose}>
          {t("common:action.close")}
        </Button>
        <Button type="submit" loading={busy} disabled={!place} data-autofocus>
          {t("backup.submit")}
        </Button>
      </Group>
    </Stack>
  );
}
