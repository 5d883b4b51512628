import { IconBriefcase2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { jobsQuery } from "../../api/jobs";
import { Section } from "../components/DetailPage";
import { ListPage } from "../components/list/ListPage";
import { useListing } from "../components/list/useListing";
import { jobFilters } from "../jobs/jobFilters";
import { jobPath } from "../jobs/jobPath";
import { useJobColumns } from "../jobs/useJobColumns";

export function TaskJobs({ taskId }: { taskId: number }) {
  const { t } = useTranslation("jobs");
  const controls = useListing("id", ["stage", "state"]);
  const { listing } = controls;
  const filters = { ...listing.filters, task_id: String(taskId) };
  const query = useQuery(jobsQuery({ ...listing, filters }));
  const columns = useJobColumns().filter(({ key }) => key !== "task");
  return (
    <Section title={t("title")} bare>
      <ListPage
        controls={controls}
        query={query}
        columns={columns}
        filters={jobFilters(t)}
        href={jobPath}
        countText={(count) => t("count", { count })}
        icon={<IconBriefcase2 size={28} stroke={1.5} />}
        empty={{ title: t("empty"), text: t("emptyText") }}
      />
    </Section>
  );
}
