import { Badge, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconArrowBackUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Annotated } from "../../api/annotated";
import type { Revision } from "../../api/revisions";
import { isUnseen } from "../../document/wire";
import listClasses from "../components/list/List.module.css";
import type { Column } from "../components/list/ListTable";
import { RelativeTime } from "../components/RelativeTime";
import { Counts } from "../job/history/Counts";
import { useClientName, usePersonName } from "../job/history/useNames";
import type { Scope } from "./revisionMessage";
import { useMessage } from "./useMessage";

interface Options {
  of: Annotated;
  taskId: number;
  /** The revision that is there now. */
  latest: number;
  onRestore: (revision: Revision) => void;
}

export function useRevisionColumns(options: Options): Column<Revision>[] {
  const { of, taskId, latest, onRestore } = options;
  const { t } = useTranslation("taskHistory");
  const person = usePersonName();
  const program = useClientName();
  const job: Column<Revision> = {
    key: "job",
    header: t("column.job"),
    width: 124,
    render: ({ job_id }) => (
      <span className={listClasses.main}>
        <Link to={`/tasks/${taskId}/jobs/${job_id}`}>{t("jobs:name", { id: job_id })}</Link>
      </span>
    ),
  };
  return [
    {
      key: "revision",
      header: t("column.revision"),
      width: 92,
      render: ({ id }) => <span className="tabular">{id}</span>,
    },
    {
      key: "when",
      header: t("column.when"),
      width: 130,
      render: ({ created_date }) => <RelativeTime date={created_date} />,
    },
    {
      key: "who",
      header: t("column.who"),
      width: 120,
      render: ({ owner }) => (
        <Text truncate title={owner?.username}>
          {person(owner)}
        </Text>
      ),
    },
    ...(of.kind === "task" ? [job] : []),
    {
      key: "changes",
      header: t("column.changes"),
      width: 136,
      render: (revision) => <Counts {...revision} />,
    },
    {
      key: "message",
      header: t("column.message"),
      render: (revision) => <Message revision={revision} listed={of.kind} />,
    },
    {
      key: "client",
      header: t("column.client"),
      width: 124,
      render: ({ client }) => (
        <Text truncate c="dimmed" title={client}>
          {program(client)}
        </Text>
      ),
    },
    {
      key: "restore",
      header: "",
      width: 176,
      render: (revision) => (
        <Group justify="flex-end">
          {revision.id === latest ? (
            <Badge color="gray">{t("now")}</Badge>
          ) : (
            <Button
              variant="subtle"
              color="gray"
              aria-label={t("restoreNumber", { number: revision.id })}
              leftSection={<IconArrowBackUp size={14} />}
              onClick={() => onRestore(revision)}
            >
              {t("restore.action")}
            </Button>
          )}
        </Group>
      ),
    },
  ];
}

function Message({ revision, listed }: { revision: Revision; listed: Scope }) {
  const { t } = useTranslation("taskHistory");
  const message = useMessage(listed)(revision.message);
  const unseen = isUnseen(revision);
  return (
    <Group gap={8} wrap="nowrap">
      {revision.replaced && (
        <Tooltip label={t(unseen ? "overwroteHint" : "replacedHint")} multiline w={280}>
          <Badge
            style={{ flex: "none" }}
            color={unseen ? "orange" : "gray"}
            leftSection={unseen && <IconAlertTriangle size={11} />}
          >
            {t(unseen ? "overwrote" : "replaced")}
          </Badge>
        </Tooltip>
      )}
      <Text truncate title={message}>
        {message}
      </Text>
    </Group>
  );
}
