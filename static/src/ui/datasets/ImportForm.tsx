import { Anchor, Button, Group, Stack, Switch, Text } from "@mantine/core";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { BackgroundRequest, DatasetTarget } from "../../api/types";
import { RequestReport } from "../reports/RequestReport";
import { FormatSelect } from "./FormatSelect";
import { extensionsOf, mayHaveMasks } from "./formatCatalogue";
import { ModeChoice } from "./ModeChoice";
import { ReplaceWarning } from "./ReplaceWarning";
import { SourceFields } from "./SourceFields";
import { useImport } from "./useImport";
import { WorkStatus } from "./WorkStatus";

interface Props {
  target: DatasetTarget;
  id: number;
  dimension: string | null;
  onClose: () => void;
  onHistory?: () => void;
}

/** Chooses what is imported and how; then shows how far it is, and its report. */
export function ImportForm({ target, id, dimension, onClose, onHistory }: Props) {
  const { t } = useTranslation("datasets");
  const chosen = useImport(target, id, dimension);
  const { formats, format, busy, replaced, work } = chosen;
  const description = formats.find(({ name }) => name === format);

  function submit(event: FormEvent) {
    event.preventDefault();
    void chosen.submit();
  }

  if (work.isFinished && work.request) {
    return (
      <Imported
        request={work.request}
        onAgain={chosen.again}
        onClose={onClose}
        onHistory={onHistory}
      />
    );
  }
  return (
    <Stack component="form" gap="sm" onSubmit={submit}>
      <FormatSelect
        formats={formats}
        direction="import"
        placeholder={t("import.formatPlaceholder")}
        hint={chosen.isGuess ? t("import.guessed") : undefined}
        value={format}
        disabled={busy}
        onChange={chosen.setFormat}
      />
      <SourceFields
        choice={chosen.source}
        extensions={description ? extensionsOf(description) : []}
        disabled={busy}
        onChange={chosen.setSource}
      />
      {target === "project" ? (
        <Text c="dimmed" fz={12}>
          {t("import.projectHint")}
        </Text>
      ) : (
        <ModeChoice mode={chosen.mode} disabled={busy} onChange={chosen.setMode} />
      )}
      {description && mayHaveMasks(description) && (
        <Switch
          label={t("import.masks")}
          description={t("import.masksHint")}
          checked={chosen.asPolygons}
          disabled={busy}
          onChange={({ currentTarget: { checked } }) => chosen.setAsPolygons(checked)}
        />
      )}
      <WorkStatus
        work={work}
        error={chosen.formatsError}
        label={t("import.progress")}
        failedHint={t("import.failedHint")}
      />
      {replaced === null ? (
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:action.close")}
          </Button>
          <Button type="submit" loading={busy} disabled={!chosen.isReady}>
            {t("import.submit")}
          </Button>
        </Group>
      ) : (
        <ReplaceWarning
          target={target}
          count={replaced}
          onConfirm={chosen.begin}
          onCancel={chosen.keep}
        />
      )}
    </Stack>
  );
}

interface ImportedProps {
  request: BackgroundRequest;
  onAgain: () => void;
  onClose: () => void;
  onHistory: (() => void) | undefined;
}

function Imported({ request, onAgain, onClose, onHistory }: ImportedProps) {
  const { t } = useTranslation("datasets");
  return (
    <Stack gap="sm">
      <RequestReport request={request} />
      {onHistory && (
        <Text c="dimmed" fz={12}>
          {t("import.undo")}{" "}
          <Anchor component="button" type="button" fz={12} onClick={onHistory}>
            {t("import.history")}
          </Anchor>
        </Text>
      )}
      <Group justify="space-between" gap="xs" mt="xs">
        <Button variant="default" onClick={onAgain}>
          {t("import.again")}
        </Button>
        <Button autoFocus onClick={onClose}>
          {t("common:action.close")}
        </Button>
      </Group>
    </Stack>
  );
}
