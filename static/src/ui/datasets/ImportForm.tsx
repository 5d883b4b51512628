import { Button, Group, Stack, Switch, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatsQuery, importEndpoint, type StoredFile, startReading } from "../../api/datasets";
import { statisticsQuery } from "../../api/statistics";
import type { DatasetTarget } from "../../api/types";
import { uploadDataset } from "../../io/upload-dataset";
import { useBackgroundWork } from "../components/useBackgroundWork";
import { RequestReport } from "../reports/RequestReport";
import { FormatSelect } from "./FormatSelect";
import { extensionsOf, formatsOf, mayHaveMasks } from "./formatCatalogue";
import { guessFormat } from "./guessFormat";
import { type ImportMode, ModeChoice } from "./ModeChoice";
import { ReplaceWarning } from "./ReplaceWarning";
import { NO_SOURCE, SourceFields, sourceOf } from "./SourceFields";
import { rememberFormat } from "./usedFormats";
import { WorkStatus } from "./WorkStatus";

interface Props {
  target: DatasetTarget;
  id: number;
  dimension: string | null;
  onClose: () => void;
}

interface Order {
  options: Record<string, string>;
  source: File | StoredFile;
}

export function ImportForm({ target, id, dimension, onClose }: Props) {
  const { t } = useTranslation("datasets");
  const queryClient = useQueryClient();
  const all = useQuery(formatsQuery);
  const formats = useMemo(
    () => formatsOf(all.data?.importers ?? [], dimension),
    [all.data, dimension],
  );
  const [format, setFormat] = useState<string | null>(null);
  const [isGuess, setIsGuess] = useState(false);
  const [mode, setMode] = useState<ImportMode>("replace");
  const [asPolygons, setAsPolygons] = useState(true);
  const [source, setSource] = useState(NO_SOURCE);
  const [replaced, setReplaced] = useState<number | null>(null);
  const work = useBackgroundWork(({ options, source }: Order, { signal, onSent }) =>
    source instanceof File
      ? uploadDataset(
          { endpoint: importEndpoint(target, id), options, file: source },
          onSent,
          signal,
        )
      : startReading(importEndpoint(target, id), options, source),
  );
  const busy = work.isSending || work.isRunning;
  const description = formats.find(({ name }) => name === format);
  const given = sourceOf(source);

  async function chooseFile(file: File | null) {
    if (!file || (format && !isGuess)) return;
    const guess = await guessFormat(file, formats);
    setFormat(guess);
    setIsGuess(guess !== null);
  }

  function begin() {
    if (!format || !given) return;
    setReplaced(null);
    rememberFormat("import", format);
    const options = {
      format,
      conv_mask_to_poly: String(asPolygons),
      ...(target !== "project" && { import_mode: mode }),
    };
    work.start({ options, source: given });
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy || replaced !== null) return;
    if (target === "project" || mode === "append") return begin();
    const options = { ...statisticsQuery({ kind: target, id }), staleTime: 0 };
    // Where the number cannot be had, the import says what is wrong.
    const present = await queryClient.fetchQuery(options).catch(() => null);
    if (present?.total.objects) setReplaced(present.total.objects);
    else begin();
  }

  if (work.isFinished && work.request) {
    return (
      <Stack gap="sm">
        <RequestReport request={work.request} />
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button
            variant="default"
            onClick={() => {
              work.reset();
              setSource({ ...source, file: null, path: "" });
            }}
            mr="auto"
          >
            {t("import.again")}
          </Button>
          <Button autoFocus data-autofocus onClick={onClose}>
            {t("common:action.close")}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack component="form" gap="sm" onSubmit={(event) => void submit(event)}>
      <FormatSelect
        formats={formats}
        direction="import"
        placeholder={t("import.formatPlaceholder")}
        hint={isGuess ? t("import.guessed") : undefined}
        value={format}
        disabled={busy}
        onChange={(name) => {
          setFormat(name);
          setIsGuess(false);
        }}
      />
      <SourceFields
        choice={source}
        extensions={description ? extensionsOf(description) : []}
        disabled={busy}
        onChange={(change) => {
          setSource({ ...source, ...change });
          setReplaced(null);
          if (change.file !== undefined) void chooseFile(change.file);
        }}
      />
      {target === "project" ? (
        <Text c="dimmed" fz={12}>
          {t("import.projectHint")}
        </Text>
      ) : (
        <ModeChoice
          mode={mode}
          disabled={busy}
          onChange={(chosen) => {
            setMode(chosen);
            setReplaced(null);
          }}
        />
      )}
      {description && mayHaveMasks(description) && (
        <Switch
          label={t("import.masks")}
          description={t("import.masksHint")}
          checked={asPolygons}
          disabled={busy}
          onChange={({ currentTarget: { checked } }) => setAsPolygons(checked)}
        />
      )}
      <WorkStatus
        work={work}
        error={all.error}
        label={t("import.progress")}
        failedHint={t("import.failedHint")}
      />
      {replaced === null ? (
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:action.close")}
          </Button>
          <Button type="submit" loading={busy} disabled={!format || !given}>
            {t("import.submit")}
          </Button>
        </Group>
      ) : (
        <ReplaceWarning
          target={target}
          count={replaced}
          onConfirm={begin}
          onCancel={() => setReplaced(null)}
        />
      )}
    </Stack>
  );
}
