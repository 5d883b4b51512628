import { Button, Group, Stack, Switch } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ExportOrder, formatsQuery, startExport } from "../../api/datasets";
import type { BackgroundRequest, DatasetTarget } from "../../api/types";
import { useBackgroundWork } from "../components/useBackgroundWork";
import { WorkDialog } from "../components/WorkDialog";
import { RequestReport } from "../reports/RequestReport";
import { FormatSelect } from "./FormatSelect";
import { formatsOf } from "./formatCatalogue";
import { type OutletChoice, OutletFields, outletOf } from "./OutletFields";
import { rememberFormat, usedFormats } from "./usedFormats";
import { WorkStatus } from "./WorkStatus";

interface Props {
  target: DatasetTarget;
  id: number;
  /** `2d` or `3d`; null if that is not known yet. */
  dimension: string | null;
  /** The cloud storage that exports of it go to by default. */
  storageId: number | null;
  opened: boolean;
  onClose: () => void;
}

const FIRST_CHOICES = ["COCO 1.0", "Datumaro 3D 1.0"];

/** Exports annotations, with or without images, and offers the file when it is ready. */
export function ExportDialog({ opened, ...form }: Props) {
  const { t } = useTranslation("datasets");
  const { target, id, onClose } = form;
  const title = t("export.title", { context: target, id });
  return (
    <WorkDialog opened={opened} onClose={onClose} title={title}>
      <ExportForm {...form} />
    </WorkDialog>
  );
}

function ExportForm({ target, id, dimension, storageId, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("datasets");
  const all = useQuery(formatsQuery);
  const formats = useMemo(
    () => formatsOf(all.data?.exporters ?? [], dimension),
    [all.data, dimension],
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const [saveImages, setSaveImages] = useState(false);
  const [outlet, setOutlet] = useState<OutletChoice>({
    kind: storageId === null ? "download" : "cloud",
    storageId,
    filename: "",
  });
  const work = useBackgroundWork((order: ExportOrder) => startExport(target, id, order));
  const busy = work.isSending || work.isRunning;
  const preferred = [...usedFormats("export"), ...FIRST_CHOICES];
  const format =
    chosen ??
    preferred.find((wanted) => formats.some(({ name }) => name === wanted)) ??
    formats[0]?.name ??
    null;
  const place = outletOf(outlet);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!format || !place || busy) return;
    rememberFormat("export", format);
    work.start({ format, saveImages, ...place });
  }

  if (work.isFinished && work.request) {
    return <Exported request={work.request} onAgain={work.reset} onClose={onClose} />;
  }
  return (
    <Stack component="form" gap="sm" onSubmit={submit}>
      <FormatSelect
        formats={formats}
        direction="export"
        value={format}
        disabled={busy}
        onChange={setChosen}
      />
      <Switch
        label={t("export.images")}
        description={t("export.imagesHint")}
        checked={saveImages}
        disabled={busy}
        onChange={({ currentTarget: { checked } }) => setSaveImages(checked)}
      />
      <OutletFields
        choice={outlet}
        disabled={busy}
        onChange={(change) => setOutlet({ ...outlet, ...change })}
      />
      <WorkStatus work={work} error={all.error} label={t("export.progress")} />
      <Group justify="flex-end" gap="xs" mt="xs">
        <Button variant="default" onClick={onClose}>
          {t("common:action.close")}
        </Button>
        <Button type="submit" loading={busy} disabled={!format || !place}>
          {t("export.submit")}
        </Button>
      </Group>
    </Stack>
  );
}

interface ExportedProps {
  request: BackgroundRequest;
  onAgain: () => void;
  onClose: () => void;
}

function Exported({ request, onAgain, onClose }: ExportedProps) {
  const { t } = useTranslation("datasets");
  const { result_url: url } = request;
  return (
    <Stack gap="sm">
      <RequestReport request={request} />
      <Group justify="flex-end" gap="xs" mt="xs">
        <Button variant="default" onClick={onAgain} mr="auto">
          {t("export.again")}
        </Button>
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
            {t("export.download")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
