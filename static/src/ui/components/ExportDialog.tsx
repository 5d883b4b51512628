import { Alert, Button, Group, Modal, Select, Stack, Switch, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatsQuery, startExport } from "../../api/datasets";
import type { DatasetTarget } from "../../api/types";
import { errorText } from "./errorText";
import { RequestProgress } from "./RequestProgress";
import { useRequest } from "./useRequest";

interface Props {
  target: DatasetTarget;
  id: number;
  opened: boolean;
  onClose: () => void;
}

const FIRST_CHOICE = "COCO 1.0";

/** Exports annotations, with or without images, and offers the file when it is ready. */
export function ExportDialog({ target, id, opened, onClose }: Props) {
  const { t } = useTranslation("datasets");
  return (
    <Modal opened={opened} onClose={onClose} title={t("export.title", { context: target, id })}>
      <ExportForm target={target} id={id} onClose={onClose} />
    </Modal>
  );
}

function ExportForm({ target, id, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("datasets");
  const formats = useQuery(formatsQuery);
  const names = formats.data?.exporters.filter(({ enabled }) => enabled).map(({ name }) => name);
  const [chosen, setChosen] = useState<string | null>(null);
  const [saveImages, setSaveImages] = useState(false);
  const format = chosen ?? (names?.includes(FIRST_CHOICE) ? FIRST_CHOICE : names?.[0]) ?? null;
  const start = useMutation({
    mutationFn: (name: string) => startExport(target, id, name, saveImages),
  });
  const request = useRequest(start.data ?? null);
  const busy = start.isPending || (start.data !== undefined && !isOver(request.data?.status));
  const url = request.data?.status === "finished" ? request.data.result_url : null;
  const error = formats.error ?? start.error ?? request.error;

  function change(apply: () => void) {
    apply();
    start.reset();
  }

  return (
    <Stack gap="sm">
      <Select
        label={t("format")}
        searchable
        data={names ?? []}
        value={format}
        disabled={busy || !names}
        onChange={(name) => change(() => setChosen(name))}
      />
      <Switch
        label={t("export.images")}
        description={t("export.imagesHint")}
        checked={saveImages}
        disabled={busy}
        onChange={({ currentTarget: { checked } }) => change(() => setSaveImages(checked))}
      />
      {error && (
        <Alert color="red" variant="light" role="alert">
          {errorText(error, t)}
        </Alert>
      )}
      {start.data && !url && (
        <RequestProgress request={request.data} label={t("export.progress")} />
      )}
      {url && (
        <Text c="dimmed" role="status">
          {t("export.ready")}
        </Text>
      )}
      <Group justify="flex-end" gap="xs" mt="xs">
        <Button variant="default" onClick={onClose}>
          {t("common:action.close")}
        </Button>
        {url ? (
          <Button component="a" href={url} download leftSection={<IconDownload size={15} />}>
            {t("export.download")}
          </Button>
        ) : (
          <Button
            data-autofocus
            loading={busy}
            disabled={!format}
            onClick={() => format && start.mutate(format)}
          >
            {t("export.submit")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function isOver(status: string | undefined): boolean {
  return status === "finished" || status === "failed";
}
