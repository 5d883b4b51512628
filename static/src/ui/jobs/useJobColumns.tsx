import { Group, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { jobsKey, updateJob } from "../../api/jobs";
import { tasksKey } from "../../api/tasks";
import { JOB_STAGES, JOB_STATES, type Job, type JobStage, type JobState } from "../../api/types";
import { formatNumber } from "../../i18n/format";
import { errorText } from "../components/errorText";
import listClasses from "../components/list/List.module.css";
import type { Column } from "../components/list/ListTable";
import { Preview } from "../components/Preview";
import { RelativeTime } from "../components/RelativeTime";
import { UserSelect } from "../components/UserSelect";
import { JobRowMenu } from "./JobRowMenu";
import { jobPath } from "./jobPath";

type Change = Parameters<typeof updateJob>[1];

function useJobUpdate() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: number; change: Change }) => updateJob(id, change),
    onError: (error) => notifications.show({ color: "red", message: errorText(error, t) }),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: jobsKey }),
        queryClient.invalidateQueries({ queryKey: tasksKey }),
      ]),
  });
}

export function useJobColumns(): Column<Job>[] {
  const { t, i18n } = useTranslation("jobs");
  const update = useJobUpdate();
  const set = (id: number, change: Change) => update.mutate({ id, change });
  return [
    {
      key: "name",
      header: t("column.job"),
      width: 176,
      sort: "id",
      render: (job) => (
        <Group gap={10} wrap="nowrap">
          <Preview src={`/api/jobs/${job.id}/preview`} />
          <span className={listClasses.main}>
            <Link to={jobPath(job)}>{t("name", { id: job.id })}</Link>
          </span>
        </Group>
      ),
    },
    {
      key: "task",
      header: t("column.task"),
      sort: "task_name",
      render: ({ task_id, task_name }) => <Link to={`/tasks/${task_id}`}>{task_name}</Link>,
    },
    {
      key: "frames",
      header: t("column.frames"),
      width: 96,
      render: ({ start_frame, stop_frame }) =>
        `${formatNumber(start_frame, i18n.language)}–${formatNumber(stop_frame, i18n.language)}`,
    },
    {
      key: "stage",
      header: t("column.stage"),
      width: 122,
      sort: "stage",
      render: ({ id, stage }) => (
        <Select
          aria-label={t("column.stage")}
          data={JOB_STAGES.map((value) => ({ value, label: t(`common:stage.${value}`) }))}
          value={stage as JobStage}
          onChange={(value) => value && set(id, { stage: value })}
        />
      ),
    },
    {
      key: "state",
      header: t("column.state"),
      width: 122,
      sort: "state",
      render: ({ id, state }) => (
        <Select
          aria-label={t("column.state")}
          data={JOB_STATES.map((value) => ({ value, label: t(`common:state.${value}`) }))}
          value={state as JobState}
          onChange={(value) => value && set(id, { state: value })}
        />
      ),
    },
    {
      key: "assignee",
      header: t("common:assignee.label"),
      width: 130,
      render: ({ id, assignee }) => (
        <UserSelect value={assignee} onChange={(user) => set(id, { assignee: user })} />
      ),
    },
    {
      key: "updated",
      header: t("column.updated"),
      width: 122,
      sort: "updated_date",
      render: ({ updated_date }) => <RelativeTime date={updated_date} />,
    },
    { key: "more", header: "", width: 52, render: (job) => <JobRowMenu job={job} /> },
  ];
}
