import { Alert, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { formatBytes, formatDuration, formatPercent } from "../../../i18n/format";
import type { UploadProgress } from "../../../io/upload-progress";
import { errorText } from "../../components/errorText";
import { RequestProgress } from "../../components/RequestProgress";
import type { useMediaUpload } from "./useMediaUpload";

/** How far the upload is: bytes, speed, time left; then how far the server is with the frames. */
export function UploadStatus({ upload }: { upload: ReturnType<typeof useMediaUpload> }) {
  const { t } = useTranslation("tasks");
  const { progress, request, error, isSending } = upload;
  return (
    <Stack gap="sm">
      {error && (
        <Alert color="red" variant="light" title={t("upload.failed")} role="alert">
          {errorText(error, t)}
        </Alert>
      )}
      {isSending && progress && <SendProgress progress={progress} />}
      {(request || upload.isProcessing) && (
        <RequestProgress
          request={request}
          label={t("upload.processing")}
          onCancel={upload.cancel}
        />
      )}
    </Stack>
  );
}

function SendProgress({ progress }: { progress: UploadProgress }) {
  const { t, i18n } = useTranslation("tasks");
  const { sent, total, files, filesDone, bytesPerSecond, secondsLeft } = progress;
  const share = total ? sent / total : 0;
  const bytes = (value: number) => formatBytes(value, i18n.language);
  const details = [
    t("upload.bytes", { sent: bytes(sent), total: bytes(total) }),
    files > 1 && t("upload.files", { done: filesDone, count: files }),
    bytesPerSecond !== null && t("upload.speed", { speed: bytes(bytesPerSecond) }),
    secondsLeft !== null && t("upload.left", { time: formatDuration(secondsLeft, i18n.language) }),
  ];
  return (
    <div role="status">
      <div style={{ display: "flex", justifyContent: "space-between", marginBottom: 6 }}>
        <Text>{t("upload.sending")}</Text>
        <Text c="dimmed" className="tabular">
          {formatPercent(share, i18n.language)}
        </Text>
      </div>
      <Progress value={share * 100} size="sm" aria-label={t("upload.sending")} />
      <Text c="dimmed" fz={12} mt={4} className="tabular">
        {details.filter(Boolean).join(" · ")}
      </Text>
    </div>
  );
}
