import { Alert, Button, Progress, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { BackgroundRequest } from "../../api/types";
import { formatPercent } from "../../i18n/format";

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
  if (request?.status === "failed") {
    return (
      <Alert
        color="red"
        variant="light"
        icon={<IconAlertTriangle size={18} />}
        title={t("request.failedTitle")}
        role="alert"
      >
        {request.message || t("error.unknown")}
      </Alert>
    );
  }
  const progress = request?.status === "finished" ? 1 : (request?.progress ?? 0);
  return (
    <div role="status">
      <div style={{ display: "flex", justifyContent: "space-between", marginBottom: 6 }}>
        <Text>{request?.message || label}</Text>
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
