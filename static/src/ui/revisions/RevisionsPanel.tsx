import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Annotated } from "../../api/annotated";
import { type Revision, revisionsQuery } from "../../api/revisions";
import { ListPage } from "../components/list/ListPage";
import { useListing } from "../components/list/useListing";
import { RestoreDialog } from "./RestoreDialog";
import { useRevisionColumns } from "./useRevisionColumns";

const LATEST = 1;

/** Every save of a task or job, newest first; any of them can be restored. */
export function RevisionsPanel({ of, taskId }: { of: Annotated; taskId: number }) {
  const { t } = useTranslation("taskHistory");
  const controls = useListing("");
  const { page, pageSize } = controls.listing;
  const query = useQuery(revisionsQuery(of, page, pageSize));
  // The first row of the first page is what is there now.
  const { data: newest } = useQuery(revisionsQuery(of, LATEST, pageSize));
  const latest = newest?.results[0]?.id ?? 0;
  const [wanted, setWanted] = useState<Revision | null>(null);
  return (
    <>
      <ListPage
        controls={controls}
        query={query}
        columns={useRevisionColumns({ of, taskId, latest, onRestore: setWanted })}
        searchable={false}
        countText={(count) => t("count", { count })}
        icon={<IconHistory size={28} stroke={1.5} />}
        empty={{ title: t("empty"), text: t(`emptyText.${of.kind}`) }}
      />
      <RestoreDialog of={of} wanted={wanted} latest={latest} onClose={() => setWanted(null)} />
    </>
  );
}
