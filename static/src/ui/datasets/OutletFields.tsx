import { Anchor, SegmentedControl, Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Outlet } from "../../api/datasets";
import { ALL_STORAGES, storagesQuery } from "../../api/storages";
import { fileNameProblem } from "./fileName";

export interface OutletChoice {
  kind: "download" | "cloud";
  storageId: number | null;
  filename: string;
}

interface Props {
  choice: OutletChoice;
  onChange: (change: Partial<OutletChoice>) => void;
  disabled: boolean;
}

/** What is still missing or wrong before a file can be written; null if nothing is. */
export function outletOf({ kind, storageId, filename }: OutletChoice): Outlet | null {
  if (fileNameProblem(filename) || (kind === "cloud" && storageId === null)) return null;
  return { filename: filename.trim(), storageId: kind === "cloud" ? storageId : null };
}

/** Where a file goes and what it is called there. */
export function OutletFields({ choice, onChange, disabled }: Props) {
  const { t } = useTranslation("datasets");
  const { kind, filename } = choice;
  const problem = fileNameProblem(filename);
  return (
    <>
      <div>
        <Text fw={500} fz={12} mb={4} id="outlet">
          {t("outlet.label")}
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="outlet"
          disabled={disabled}
          value={kind}
          onChange={(value) => onChange({ kind: value as OutletChoice["kind"] })}
          data={[
            { value: "download", label: t("outlet.download") },
            { value: "cloud", label: t("outlet.cloud") },
          ]}
        />
      </div>
      <SimpleGrid cols={kind === "cloud" ? 2 : 1} spacing="sm">
        {kind === "cloud" && (
          <StorageSelect
            value={choice.storageId}
            onChange={(storageId) => onChange({ storageId })}
            disabled={disabled}
          />
        )}
        <TextInput
          label={t("outlet.filename")}
          placeholder={t("outlet.filenamePlaceholder")}
          value={filename}
          disabled={disabled}
          error={problem && t(`outlet.problem.${problem}`)}
          onChange={({ currentTarget: { value } }) => onChange({ filename: value })}
        />
      </SimpleGrid>
    </>
  );
}

interface StorageProps {
  value: number | null;
  onChange: (id: number) => void;
  disabled: boolean;
}

/** Chooses one of the cloud storages, or says how to get one. */
export function StorageSelect({ value, onChange, disabled }: StorageProps) {
  const { t } = useTranslation("datasets");
  const { data } = useQuery(storagesQuery(ALL_STORAGES));
  const storages = (data?.results ?? []).map(({ id, display_name: label }) => ({ id, label }));
  // The one that files go to by default may be somebody else's, who has not shared it.
  if (data && value !== null && !storages.some(({ id }) => id === value)) {
    storages.push({ id: value, label: t("storage.hidden", { id: value }) });
  }
  return (
    <Select
      label={t("storage.label")}
      placeholder={t("storage.placeholder")}
      searchable
      openOnFocus={false}
      disabled={disabled || storages.length === 0}
      description={data && storages.length === 0 && <NoStorage />}
      inputWrapperOrder={["label", "input", "description", "error"]}
      data={storages.map(({ id, label }) => ({ value: String(id), label }))}
      value={value === null ? null : String(value)}
      onChange={(id) => id && onChange(Number(id))}
    />
  );
}

function NoStorage() {
  const { t } = useTranslation("datasets");
  return (
    <>
      {t("storage.none")}{" "}
      <Anchor component={Link} to="/cloud-storages" fz={12}>
        {t("storage.connect")}
      </Anchor>
    </>
  );
}
