import {
  Alert,
  Button,
  FileInput,
  Group,
  Modal,
  Progress,
  SegmentedControl,
  Select,
  Stack,
  Text,
} from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatsQuery } from "../../api/datasets";
import type { DatasetFormat, DatasetTarget } from "../../api/types";
import { type ImportMode, uploadDataset } from "../../io/upload-dataset";
import { errorText } from "./errorText";
import { RequestProgress } from "./RequestProgress";
import { useRequest } from "./useRequest";

interface Props {
  target: DatasetTarget;
  id: number;
  opened: boolean;
  onClose: () => void;
}

/** Imports annotations (a project: a dataset) from a file. */
export function ImportDialog({ target, id, opened, onClose }: Props) {
  const { t } = useTranslation("datasets");
  return (
    <Modal opened={opened} onClose={onClose} title={t("import.title", { context: target, id })}>
      <ImportForm target={target} id={id} onClose={onClose} />
    </Modal>
  );
}

/** `ZIP, JSON` as the `accept` of a file input: `.zip,.json`. */
function acceptOf(format: DatasetFormat | undefined): string | undefined {
  return format?.ext
    .split(",")
    .map((extension) => `.${extension.trim().toLowerCase()}`)
    .join();
}

/** The only format that this kind of file can be in, if there is just one. */
function formatOf(file: File, formats: DatasetFormat[]): string | null {
  const fitting = formats.filter((format) =>
    acceptOf(format)
      ?.split(",")
      .some((extension) => file.name.toLowerCase().endsWith(extension)),
  );
  return fitting.length === 1 ? (fitting[0]?.name ?? null) : null;
}

function ImportForm({ target, id, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("datasets");
  const formats = useQuery(formatsQuery);
  const importers = formats.data?.importers.filter(({ enabled }) => enabled);
  const [format, setFormat] = useState<string | null>(null);
  const [mode, setMode] = useState<ImportMode>("replace");
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const start = useMutation({
    mutationFn: (chosen: { format: string; file: File }) => {
      stop.current = new AbortController();
      setSent(0);
      return uploadDataset({ target, id, mode, ...chosen }, setSent, stop.current.signal);
    },
  });
  const request = useRequest(start.data ?? null);
  const finished = request.data?.status === "finished";
  const failed = request.data?.status === "failed";
  const busy = start.isPending || (start.data !== undefined && !finished && !failed);
  const error = formats.error ?? start.error ?? request.error;

  return (
    <Stack gap="sm">
      <Select
        label={t("format")}
        placeholder={t("import.formatPlaceholder")}
        data-autofocus
        searchable
        openOnFocus={false}
        data={importers?.map(({ name }) => name) ?? []}
        value={format}
        disabled={busy || !importers}
        onChange={setFormat}
      />
      <FileInput
        label={t("import.file")}
        placeholder={t("import.filePlaceholder")}
        leftSection={<IconFileImport size={15} />}
        accept={acceptOf(importers?.find(({ name }) => name === format))}
        value={file}
        disabled={busy}
        onChange={(chosen) => {
          setFile(chosen);
          if (chosen && !format) setFormat(formatOf(chosen, importers ?? []));
          start.reset();
        }}
      />
      {target !== "project" && <ModeChoice mode={mode} disabled={busy} onChange={setMode} />}
      {error && (
        <Alert color="red" variant="light" role="alert">
          {errorText(error, t)}
        </Alert>
      )}
      {start.isPending && (
        <Progress value={sent * 100} size="sm" aria-label={t("import.sending")} />
      )}
      {start.data && !finished && (
        <RequestProgress request={request.data} label={t("import.progress")} />
      )}
      {failed && (
        <Text c="dimmed" fz={12}>
          {t("import.failedHint")}
        </Text>
      )}
      {finished && (
        <Alert color="teal" variant="light" role="status">
          {request.data?.message || t("import.done")}
        </Alert>
      )}
      <Group justify="flex-end" gap="xs" mt="xs">
        <Button variant="default" onClick={onClose}>
          {t("common:action.close")}
        </Button>
        {!finished && (
          <Button
            loading={busy}
            disabled={!format || !file}
            onClick={() => format && file && start.mutate({ format, file })}
          >
            {t("import.submit")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface ModeProps {
  mode: ImportMode;
  disabled: boolean;
  onChange: (mode: ImportMode) => void;
}

function ModeChoice({ mode, disabled, onChange }: ModeProps) {
  const { t } = useTranslation("datasets");
  return (
    <div>
      <SegmentedControl
        fullWidth
        aria-label={t("import.mode")}
        disabled={disabled}
        value={mode}
        onChange={(value) => onChange(value as ImportMode)}
        data={[
          { value: "replace", label: t("import.replace") },
          { value: "append", label: t("import.append") },
        ]}
      />
      <Text c="dimmed" fz={12} mt={4}>
        {t(`import.${mode}Hint`)}
      </Text>
    </div>
  );
}
