import { Alert, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/errors";
import { reportQuery } from "../../api/reports";
import type { BackgroundRequest } from "../../api/types";
import { errorText } from "../components/errorText";
import { useRequestMessage } from "../requests/useRequestMessage";
import { ReportView } from "./ReportView";

/** How a finished export or import went: its report, or its message where there is none. */
export function RequestReport({ request }: { request: BackgroundRequest }) {
  const { t } = useTranslation("reports");
  const message = useRequestMessage();
  const { data: report, error } = useQuery(reportQuery(request));
  if (report) return <ReportView report={report} request={request} />;
  if (!error) {
    return (
      <Stack gap={8} aria-busy>
        <Skeleton height={36} />
        <Skeleton height={14} width="60%" />
        <Skeleton height={14} width="45%" />
      </Stack>
    );
  }
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <>
      <Alert color="teal" variant="light" role="status">
        {message(request) || t("done")}
      </Alert>
      {!isGone && (
        <Alert color="red" variant="light" role="alert">
          {message({ message: errorText(error, t) })}
        </Alert>
      )}
    </>
  );
}
