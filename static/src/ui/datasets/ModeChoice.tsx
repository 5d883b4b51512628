import { SegmentedControl, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export type ImportMode = "replace" | "append";

interface Props {
  mode: ImportMode;
  disabled: boolean;
  onChange: (mode: ImportMode) => void;
}

/** What becomes of annotations that are there already. */
export function ModeChoice({ mode, disabled, onChange }: Props) {
  const { t } = useTranslation("datasets");
  return (
    <div>
      <Text fw={500} fz={12} mb={4} id="import-mode">
        {t("import.mode")}
      </Text>
      <SegmentedControl
        fullWidth
        aria-labelledby="import-mode"
        disabled={disabled}
        value={mode}
        onChange={(value) => onChange(value as ImportMode)}
        data={[
          { value: "replace", label: t("import.replace") },
          { value: "append", label: t("import.append") },
        ]}
      />
      <Text c="dimmed" fz={12} mt={4}>
        {t(`import.${mode}Hint`)}
      </Text>
    </div>
  );
}
