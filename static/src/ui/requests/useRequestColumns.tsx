import { ActionIcon, Button, Group, Progress, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconReport, IconX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { hasReport } from "../../api/reports";
import { cancelRequest, isInStorage, isRunning, requestsKey } from "../../api/requests";
import type { BackgroundRequest } from "../../api/types";
import { formatPercent } from "../../i18n/format";
import listClasses from "../components/list/List.module.css";
import type { Column } from "../components/list/ListTable";
import { RelativeTime } from "../components/RelativeTime";
import { StatusBadge } from "../components/StatusBadge";
import { ReportDialog } from "../reports/ReportDialog";
import classes from "./Requests.module.css";
import { isCancelled, useRequestMessage } from "./useRequestMessage";
import { useTargetName } from "./useTargetName";

/** The page of what the request works on or has made, or null. */
function targetPath({ operation, result_id }: BackgroundRequest): string | null {
  const { type, target, project_id, task_id, job_id } = operation;
  if (type === "import:backup") return result_id ? `/${target}s/${result_id}` : null;
  if (target === "job" && job_id && task_id) return `/tasks/${task_id}/jobs/${job_id}`;
  if (task_id) return `/tasks/${task_id}`;
  return project_id ? `/projects/${project_id}` : null;
}

export function useRequestColumns(): Column<BackgroundRequest>[] {
  const { t } = useTranslation("requests");
  return [
    {
      key: "operation",
      header: t("column.operation"),
      render: (request) => <Operation request={request} />,
    },
    {
      key: "status",
      header: t("column.status"),
      width: 120,
      sort: "status",
      render: ({ status }) => <StatusBadge kind="request" value={status} />,
    },
    {
      key: "progress",
      header: t("column.progress"),
      width: "30%",
      render: (request) => <Outcome request={request} />,
    },
    {
      key: "created",
      header: t("column.created"),
      width: 150,
      sort: "created_date",
      render: ({ created_date }) => <RelativeTime date={created_date} />,
    },
    {
      key: "actions",
      header: "",
      width: 264,
      render: (request) => <Actions request={request} />,
    },
  ];
}

/** What is done to what: `Export annotations: Street`. */
function useOperationName(request: BackgroundRequest): string {
  const { t } = useTranslation("requests");
  const { type } = request.operation;
  return t(`operation.${type.replaceAll(":", "_")}`, {
    target: useTargetName(request),
    defaultValue: type,
  });
}

function Operation({ request }: { request: BackgroundRequest }) {
  const name = useOperationName(request);
  const path = targetPath(request);
  return (
    <>
      <div className={`${listClasses.main} ${classes.operation}`} title={name}>
        {path ? <Link to={path}>{name}</Link> : name}
      </div>
      {request.operation.format && (
        <Text c="dimmed" fz={12} lh={1.3}>
          {request.operation.format}
        </Text>
      )}
    </>
  );
}

function Outcome({ request }: { request: BackgroundRequest }) {
  const { t, i18n } = useTranslation();
  const messageOf = useRequestMessage();
  const { status, progress } = request;
  const message = isCancelled(request) ? t("request.cancelled") : messageOf(request);
  if (isRunning(request)) {
    const done = progress ?? 0;
    return (
      <Group gap={8} wrap="nowrap">
        <Progress value={done * 100} w={120} size="sm" animated aria-label={message || status} />
        <Text c="dimmed" fz={12}>
          {formatPercent(done, i18n.language)}
        </Text>
        <Text c="dimmed" fz={12} truncate>
          {message}
        </Text>
      </Group>
    );
  }
  const isFailure = status === "failed" && !isCancelled(request);
  return (
    <Tooltip label={message} disabled={!message} multiline maw={420}>
      <Text c={isFailure ? "red" : "dimmed"} className={classes.outcome} lineClamp={2}>
        {message}
      </Text>
    </Tooltip>
  );
}

function Actions({ request }: { request: BackgroundRequest }) {
  const { t } = useTranslation("requests");
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelRequest(request.id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: requestsKey }),
  });
  if (isRunning(request)) {
    return (
      <Tooltip label={t("cancel")}>
        <ActionIcon aria-label={t("cancel")} onClick={() => cancel.mutate()}>
          <IconX size={15} />
        </ActionIcon>
      </Tooltip>
    );
  }
  return (
    <div className={classes.actions}>
      {hasReport(request) && <ReportButton request={request} />}
      {isInStorage(request) && (
        <Text c="dimmed" fz={12} className={classes.stored}>
          {t("inStorage")}
        </Text>
      )}
      {request.result_url && (
        <Button
          component="a"
          href={request.result_url}
          download
          variant="default"
          className={classes.download}
          leftSection={<IconDownload size={14} />}
        >
          {t("download")}
        </Button>
      )}
    </div>
  );
}

function ReportButton({ request }: { request: BackgroundRequest }) {
  const { t } = useTranslation("reports");
  const [opened, dialog] = useDisclosure();
  const title = useOperationName(request);
  return (
    <>
      <Button variant="subtle" leftSection={<IconReport size={14} />} onClick={dialog.open}>
        {t("action")}
      </Button>
      <ReportDialog request={request} title={title} opened={opened} onClose={dialog.close} />
    </>
  );
}
