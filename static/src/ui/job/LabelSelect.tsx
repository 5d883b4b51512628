import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ShapeType } from "../../document/records";
import { ColorDot } from "./ColorDot";
import { useJobSession } from "./jobContext";

interface Props {
  readonly type: ShapeType | "tag";
  readonly value: number | null;
  readonly width?: number | string;
  readonly disabled?: boolean;
  onChange(labelId: number): void;
}

/** Chooses among the labels that an object of a type may carry. */
export function LabelSelect({ type, value, width, disabled, onChange }: Props) {
  const { t } = useTranslation("job");
  const { editor } = useJobSession();
  const allowed = editor.labels.allowedFor(type);
  return (
    <Select
      aria-label={t("label")}
      placeholder={t("details.mixed")}
      w={width}
      disabled={disabled}
      searchable={allowed.length > 8}
      value={value === null ? null : String(value)}
      data={allowed.map(({ id, name }) => ({ value: String(id), label: name }))}
      leftSection={value === null ? undefined : <ColorDot color={editor.labels.color(value)} />}
      leftSectionWidth={26}
      renderOption={({ option }) => (
        <>
          <ColorDot color={editor.labels.color(Number(option.value))} />
          {option.label}
        </>
      )}
      onChange={(id) => id !== null && onChange(Number(id))}
    />
  );
}
