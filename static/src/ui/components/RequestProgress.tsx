import { Alert, Button, Progress, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { BackgroundRequest } from "../../api/types";
import { formatPercent } from "../../i18n/format";
import { isCancelled, useRequestMessage } from "../requests/useRequestMessage";

interface Props {
  request: BackgroundRequest | undefined;
  /** What is being done: "Reading the images". */
  label: string;
  /** Offered while the request runs. */
  onCancel?: () => void;
}

/** How far a background request is, or why it failed. */
export function RequestProgress({ request, label, onCancel }: Props) {
  const { t, i18n } = useTranslation();
  const message = useRequestMessage();
  if (request?.status === "failed") {
    const cancelled = isCancelled(request);
    return (
      <Alert
        color={cancelled ? "gray" : "red"}
        variant="light"
        icon={cancelled ? <IconCircleX size={18} /> : <IconAlertTriangle size={18} />}
        title={t(cancelled ? "request.cancelled" : "request.failedTitle")}
        role="alert"
        style={{ overflowWrap: "anywhere" }}
      >
        {cancelled ? t("request.cancelledText") : message(request) || t("error.unknown")}
      </Alert>
    );
  }
  const progress = request?.status === "finished" ? 1 : (request?.progress ?? 0);
  return (
    <div role="status">
      <div style={{ display: "flex", justifyContent: "space-between", marginBottom: 6 }}>
        <Text>{(request && message(request)) || label}</Text>
        <Text c="dimmed" className="tabular">
          {formatPercent(progress, i18n.language)}
        </Text>
      </div>
      <Progress
        value={progress * 100}
        size="sm"
        animated={progress < 1}
        aria-label={label}
        transitionDuration={300}
      />
      {onCancel && progress < 1 && (
        <Button variant="subtle" size="compact-xs" mt={6} onClick={onCancel}>
          {t("request.cancel")}
        </Button>
      )}
    </div>
  );
}
