import { Button, Select, SimpleGrid } from "@mantine/core";
import { IconCloud } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ALL_STORAGES, storagesQuery } from "../../../api/storages";
import { type StorePlace, storageContentQuery } from "../../../api/stores";
import { EmptyState } from "../../components/EmptyState";
import { ErrorState } from "../../components/ErrorState";
import type { MediaSource } from "./mediaSource";
import { StoreBrowser } from "./StoreBrowser";

interface Props {
  source: MediaSource;
  onChange: (change: Partial<MediaSource>) => void;
}

/** Chooses files and folders of a cloud storage that was connected before. */
export function CloudSource({ source, onChange }: Props) {
  const { t } = useTranslation("tasks");
  const { data, error, refetch } = useQuery(storagesQuery(ALL_STORAGES));
  if (error) return <ErrorState error={error} onRetry={refetch} />;
  if (data?.count === 0) {
    return (
      <EmptyState
        icon={<IconCloud size={28} stroke={1.5} />}
        title={t("cloud.none")}
        text={t("cloud.noneText")}
        action={
          <Button component={Link} to="/cloud-storages" variant="default">
            {t("cloud.connect")}
          </Button>
        }
      />
    );
  }
  const storages = data?.results ?? [];
  const storage = storages.find(({ id }) => id === source.storageId);
  return (
    <>
      <SimpleGrid cols={2} spacing="sm" mb={10}>
        <Select
          label={t("cloud.storage")}
          placeholder={t("cloud.chooseStorage")}
          searchable
          data={storages.map(({ id, display_name }) => ({
            value: String(id),
            label: display_name,
          }))}
          value={source.storageId === null ? null : String(source.storageId)}
          onChange={(id) =>
            onChange({ storageId: id ? Number(id) : null, manifest: null, objects: [] })
          }
        />
        <Select
          label={t("cloud.manifest")}
          placeholder={t("cloud.noManifest")}
          clearable
          disabled={!storage?.manifests.length}
          data={storage?.manifests ?? []}
          value={source.manifest}
          onChange={(manifest) => onChange({ manifest, objects: [] })}
        />
      </SimpleGrid>
      {storage && (
        <Objects key={storage.id} source={source} onChange={onChange} name={storage.display_name} />
      )}
    </>
  );
}

function Objects({ source, onChange, name }: Props & { name: string }) {
  const { t } = useTranslation("tasks");
  const { storageId, manifest } = source;
  const query = useCallback(
    (place: StorePlace) => storageContentQuery(storageId ?? 0, manifest, place),
    [storageId, manifest],
  );
  return (
    <StoreBrowser
      root={name}
      query={query}
      chosen={source.objects}
      onChange={(objects) => onChange({ objects })}
      empty={{ title: t("cloud.empty"), text: t("cloud.emptyText") }}
    />
  );
}
