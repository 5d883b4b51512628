import { IconProgress } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { requestsQuery } from "../../api/requests";
import { ListPage } from "../components/list/ListPage";
import { useListing } from "../components/list/useListing";
import { PageHeader } from "../components/PageHeader";
import { useRequestColumns } from "./useRequestColumns";

const STATUSES = ["queued", "started", "finished", "failed"] as const;
const ACTIONS = ["create", "export", "import"] as const;

/** What runs in the background for this user: task creation, exports, imports. */
export function RequestsPage() {
  const { t } = useTranslation("requests");
  const controls = useListing("-created_date", ["status", "action"]);
  const query = useQuery(requestsQuery(controls.listing));
  return (
    <>
      <PageHeader title={t("title")} />
      <ListPage
        controls={controls}
        query={query}
        columns={useRequestColumns()}
        searchable={false}
        filters={[
          {
            name: "status",
            anyLabel: t("anyStatus"),
            options: STATUSES.map((value) => ({ value, label: t(`common:request.${value}`) })),
          },
          {
            name: "action",
            anyLabel: t("anyAction"),
            options: ACTIONS.map((value) => ({ value, label: t(`action.${value}`) })),
          },
        ]}
        countText={(count) => t("count", { count })}
        icon={<IconProgress size={28} stroke={1.5} />}
        empty={{ title: t("empty"), text: t("emptyText") }}
      />
    </>
  );
}
