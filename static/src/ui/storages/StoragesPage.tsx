import { Button } from "@mantine/core";
import { IconCloud, IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type CloudStorage,
  deleteStorage,
  PROVIDERS,
  storagesKey,
  storagesQuery,
} from "../../api/storages";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { ListPage } from "../components/list/ListPage";
import { useListing } from "../components/list/useListing";
import { PageHeader } from "../components/PageHeader";
import { ShortcutTooltip } from "../components/ShortcutTooltip";
import { useShortcuts } from "../components/useShortcuts";
import { StorageDialog } from "./StorageDialog";
import { useStorageColumns } from "./useStorageColumns";

/** The buckets and containers that are connected. */
export function StoragesPage() {
  const { t } = useTranslation("storages");
  const queryClient = useQueryClient();
  const controls = useListing("-id", ["provider_type"]);
  const query = useQuery(storagesQuery(controls.listing));
  const [edited, setEdited] = useState<CloudStorage | "new" | null>(null);
  const [doomed, setDoomed] = useState<CloudStorage | null>(null);
  useShortcuts([["c", () => setEdited("new")]]);

  async function remove() {
    if (doomed) await deleteStorage(doomed.id);
    await queryClient.invalidateQueries({ queryKey: storagesKey });
  }

  const createButton = (
    <ShortcutTooltip label={t("create")} keys="C">
      <Button leftSection={<IconPlus size={15} />} onClick={() => setEdited("new")}>
        {t("create")}
      </Button>
    </ShortcutTooltip>
  );
  return (
    <>
      <PageHeader title={t("title")} actions={createButton} />
      <ListPage
        controls={controls}
        query={query}
        columns={useStorageColumns({ onEdit: setEdited, onDelete: setDoomed })}
        filters={[
          {
            name: "provider_type",
            anyLabel: t("anyProvider"),
            options: PROVIDERS.map((value) => ({ value, label: t(`provider.${value}`) })),
          },
        ]}
        countText={(count) => t("count", { count })}
        icon={<IconCloud size={28} stroke={1.5} />}
        empty={{ title: t("empty"), text: t("emptyText"), action: createButton }}
      />
      <StorageDialog edited={edited} onClose={() => setEdited(null)} />
      <ConfirmDialog
        opened={doomed !== null}
        title={t("delete.title", { name: doomed?.display_name })}
        text={t("delete.text")}
        confirmLabel={t("delete.confirm")}
        onConfirm={remove}
        onClose={() => setDoomed(null)}
      />
    </>
  );
}
