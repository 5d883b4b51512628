import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { TRASH_KINDS, type TrashItem, trashQuery } from "../../api/trash";
import { ListPage } from "../components/list/ListPage";
import { useListing } from "../components/list/useListing";
import { useSelection } from "../components/list/useSelection";
import { PageHeader } from "../components/PageHeader";
import { useShortcuts } from "../components/useShortcuts";
import { DeleteForGoodDialog } from "./DeleteForGoodDialog";
import { SelectionActions } from "./SelectionActions";
import { useRestore } from "./useRestore";
import { useTrashColumns } from "./useTrashColumns";

const NOTHING: readonly TrashItem[] = [];

/** What was deleted and can still be restored. */
export function TrashPage() {
  const { t } = useTranslation("trash");
  const controls = useListing("-deleted_date", ["kind"]);
  const query = useQuery(trashQuery(controls.listing));
  const selection = useSelection(query.data?.results ?? NOTHING);
  const [doomed, setDoomed] = useState<readonly TrashItem[]>(NOTHING);
  const restore = useRestore();
  const { chosen } = selection;
  const restoreChosen = () => chosen.length > 0 && !restore.isPending && restore.mutate(chosen);
  useShortcuts([
    ["mod+a", selection.toggleAll],
    ["escape", selection.clear],
    ["r", restoreChosen],
    ["delete", () => setDoomed(chosen)],
  ]);

  return (
    <>
      <PageHeader title={t("title")} />
      <ListPage
        controls={controls}
        query={query}
        columns={useTrashColumns({
          selection,
          onRestore: (item) => restore.mutate([item]),
          onDelete: (item) => setDoomed([item]),
        })}
        selected={selection.ids}
        filters={[
          {
            name: "kind",
            anyLabel: t("anyKind"),
            options: TRASH_KINDS.map((value) => ({ value, label: t(`kinds.${value}`) })),
          },
        ]}
        countText={(count) => t("count", { count })}
        aside={
          <SelectionActions
            selection={selection}
            busy={restore.isPending}
            onRestore={restoreChosen}
            onDelete={() => setDoomed(chosen)}
          />
        }
        icon={<IconTrash size={28} stroke={1.5} />}
        empty={{ title: t("empty"), text: t("emptyText") }}
      />
      <DeleteForGoodDialog items={doomed} onClose={() => setDoomed(NOTHING)} />
    </>
  );
}
