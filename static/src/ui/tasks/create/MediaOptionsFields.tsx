import { NumberInput, Select, SimpleGrid, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SORTING_METHODS } from "../../../api/tasks";
import type { MediaOptions } from "./taskForm";

interface Props {
  options: MediaOptions;
  onChange: (options: MediaOptions) => void;
}

const NUMBERS = [
  { field: "chunkSize", min: 1 },
  { field: "frameStep", min: 1 },
  { field: "startFrame", min: 0 },
  { field: "stopFrame", min: 0 },
] as const;

export function MediaOptionsFields({ options, onChange }: Props) {
  const { t } = useTranslation("tasks");
  return (
    <SimpleGrid cols={{ base: 2, md: 3 }} spacing="sm" verticalSpacing="sm">
      <NumberInput
        label={t("options.imageQuality")}
        description={t("options.imageQualityHint")}
        min={1}
        max={100}
        value={options.imageQuality}
        onChange={(value) => onChange({ ...options, imageQuality: Number(value) || 70 })}
      />
      <Select
        label={t("options.sortingMethod")}
        description={t("options.sortingMethodHint")}
        data={SORTING_METHODS.map((value) => ({ value, label: t(`sorting.${value}`) }))}
        value={options.sortingMethod}
        onChange={(value) => value && onChange({ ...options, sortingMethod: value })}
      />
      {options.sortingMethod === "random" && (
        <NumberInput
          label={t("options.seed")}
          description={t("options.seedHint")}
          placeholder={t("options.automatic")}
          min={0}
          allowDecimal={false}
          allowNegative={false}
          value={options.seed}
          onChange={(value) => onChange({ ...options, seed: value === "" ? "" : Number(value) })}
        />
      )}
      {NUMBERS.map(({ field, min }) => (
        <NumberInput
          key={field}
          label={t(`options.${field}`)}
          description={t(`options.${field}Hint`)}
          placeholder={t("options.automatic")}
          min={min}
          allowDecimal={false}
          allowNegative={false}
          value={options[field]}
          onChange={(value) => onChange({ ...options, [field]: value === "" ? "" : Number(value) })}
        />
      ))}
      <Switch
        label={t("options.useZipChunks")}
        description={t("options.useZipChunksHint")}
        checked={options.useZipChunks}
        onChange={({ currentTarget: { checked } }) =>
          onChange({ ...options, useZipChunks: checked })
        }
      />
    </SimpleGrid>
  );
}
