import { Button } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useOutletContext, useParams } from "react-router";
import { jobQuery } from "../../api/jobs";
import type { LabelParent } from "../../api/labels";
import type { Job } from "../../api/types";
import { ErrorState } from "../components/ErrorState";
import { PageHeader } from "../components/PageHeader";
import { PageSkeleton } from "../components/PageSkeleton";
import { PageTabs } from "../components/PageTabs";
import { RevisionsPanel } from "../revisions/RevisionsPanel";
import { frameLinks } from "../statistics/frameLinks";
import { StatisticsPanel } from "../statistics/StatisticsPanel";
import { jobPath } from "./jobPath";

/** Statistics and history of a job, beside its editor. */
export function JobFactsPage() {
  const id = Number(useParams().jid);
  const query = useQuery(jobQuery(id));
  if (query.error) return <ErrorState error={query.error} onRetry={query.refetch} />;
  if (!query.data) return <PageSkeleton />;
  return <LoadedJob job={query.data} />;
}

function LoadedJob({ job }: { job: Job }) {
  const { t } = useTranslation("jobs");
  const path = jobPath(job);
  return (
    <>
      <PageHeader
        title={t("name", { id: job.id })}
        trail={[
          { label: t("tasks:title"), to: "/tasks" },
          { label: job.task_name ?? "", to: `/tasks/${job.task_id}` },
        ]}
        actions={
          <Button component={Link} to={path} leftSection={<IconPencil size={15} />}>
            {t("annotate")}
          </Button>
        }
      />
      <PageTabs
        label={t("facts")}
        tabs={[
          { label: t("statistics:title"), to: `${path}/statistics`, shortcut: "s" },
          { label: t("taskHistory:title"), to: `${path}/history`, shortcut: "h" },
        ]}
      />
      <Outlet context={job} />
    </>
  );
}

function labelParent({ project_id, task_id }: Job): LabelParent {
  return project_id ? { kind: "project", id: project_id } : { kind: "task", id: task_id };
}

export function JobStatistics() {
  const job = useOutletContext<Job>();
  return (
    <StatisticsPanel
      of={{ kind: "job", id: job.id }}
      parent={labelParent(job)}
      frameHref={frameLinks(job.task_id, [job])}
    />
  );
}

export function JobHistory() {
  const { id, task_id } = useOutletContext<Job>();
  return <RevisionsPanel of={{ kind: "job", id }} taskId={task_id} />;
}
