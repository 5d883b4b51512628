import { IconBriefcase2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { jobsQuery } from "../../api/jobs";
import { ListPage } from "../components/list/ListPage";
import { useListing } from "../components/list/useListing";
import { PageHeader } from "../components/PageHeader";
import { jobFilters } from "./jobFilters";
import { jobPath } from "./jobPath";
import { useJobColumns } from "./useJobColumns";

export function JobsPage() {
  const { t } = useTranslation("jobs");
  const controls = useListing("-id", ["stage", "state"]);
  const query = useQuery(jobsQuery(controls.listing));
  return (
    <>
      <PageHeader title={t("title")} />
      <ListPage
        controls={controls}
        query={query}
        columns={useJobColumns()}
        filters={jobFilters(t)}
        href={jobPath}
        countText={(count) => t("count", { count })}
        icon={<IconBriefcase2 size={28} stroke={1.5} />}
        empty={{ title: t("empty"), text: t("emptyText") }}
      />
    </>
  );
}
