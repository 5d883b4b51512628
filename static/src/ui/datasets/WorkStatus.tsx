import { Alert, Button, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { formatPercent } from "../../i18n/format";
import { errorText } from "../components/errorText";
import { RequestProgress } from "../components/RequestProgress";
import type { BackgroundWork } from "../components/useBackgroundWork";
import { isCancelled, useRequestMessage } from "../requests/useRequestMessage";

interface Props {
  work: BackgroundWork;
  /** What else went wrong. */
  error?: unknown;
  /** What the server does: "Writing the dataset". */
  label: string;
  /** Below a failure: what to do. */
  failedHint?: string;
}

/** How far a piece of work is, in the dialog that began it; why it failed and what to do. */
export function WorkStatus({ work, error, label, failedHint }: Props) {
  const { t } = useTranslation("datasets");
  const message = useRequestMessage();
  const trouble = work.error ?? error;
  return (
    <>
      {Boolean(trouble) && !isAbort(trouble) && (
        <Alert color="red" variant="light" role="alert">
          {message({ message: errorText(trouble, t) })}
        </Alert>
      )}
      {work.isSending && work.sent > 0 && <Sending sent={work.sent} onCancel={work.stop} />}
      {(work.isRunning || work.isFailed) && (
        <RequestProgress request={work.request} label={label} onCancel={work.cancel} />
      )}
      {work.isRunning && (
        <Text c="dimmed" fz={12}>
          {t("mayClose")}
        </Text>
      )}
      {work.isFailed && failedHint && !(work.request && isCancelled(work.request)) && (
        <Text c="dimmed" fz={12}>
          {failedHint}
        </Text>
      )}
    </>
  );
}

/** Someone has stopped it: nobody needs to be told. */
function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function Sending({ sent, onCancel }: { sent: number; onCancel: () => void }) {
  const { t, i18n } = useTranslation("datasets");
  return (
    <div role="status">
      <div style={{ display: "flex", justifyContent: "space-between", marginBottom: 6 }}>
        <Text>{t("import.sending")}</Text>
        <Text c="dimmed" className="tabular">
          {formatPercent(sent, i18n.language)}
        </Text>
      </div>
      <Progress value={sent * 100} size="sm" aria-label={t("import.sending")} />
      <Button variant="subtle" size="compact-xs" mt={6} onClick={onCancel}>
        {t("common:request.cancel")}
      </Button>
    </div>
  );
}
