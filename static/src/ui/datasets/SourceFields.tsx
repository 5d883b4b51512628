import { SegmentedControl, SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { StoredFile } from "../../api/datasets";
import { FileDrop } from "./FileDrop";
import { StorageSelect } from "./OutletFields";
import { StoredFileField } from "./StoredFileField";

export interface SourceChoice {
  kind: "file" | "cloud";
  file: File | null;
  storageId: number | null;
  path: string;
}

export const NO_SOURCE: SourceChoice = { kind: "file", file: null, storageId: null, path: "" };

interface Props {
  choice: SourceChoice;
  onChange: (change: Partial<SourceChoice>) => void;
  /** Extensions that are expected: `.zip`. */
  extensions: readonly string[];
  disabled: boolean;
  /** Nothing is chosen before it. */
  isFirst?: boolean;
}

/** What was chosen, once it is enough to read it. */
export function sourceOf({ kind, file, storageId, path }: SourceChoice): File | StoredFile | null {
  if (kind === "file") return file;
  const name = path.trim();
  return storageId !== null && name !== "" && !name.endsWith("/")
    ? { storageId, path: name }
    : null;
}

/** Where a file is read from: this computer or a cloud storage. */
export function SourceFields({ choice, onChange, extensions, disabled, isFirst }: Props) {
  const { t } = useTranslation("datasets");
  return (
    <>
      <SegmentedControl
        fullWidth
        aria-label={t("source.label")}
        disabled={disabled}
        value={choice.kind}
        onChange={(kind) => onChange({ kind: kind as SourceChoice["kind"] })}
        data={[
          { value: "file", label: t("source.file") },
          { value: "cloud", label: t("source.cloud") },
        ]}
      />
      {choice.kind === "file" ? (
        <FileDrop
          file={choice.file}
          extensions={extensions}
          disabled={disabled}
          isFirst={isFirst}
          onChange={(file) => onChange({ file })}
        />
      ) : (
        <SimpleGrid cols={2} spacing="sm">
          <StorageSelect
            value={choice.storageId}
            disabled={disabled}
            onChange={(storageId) => onChange({ storageId, path: "" })}
          />
          <StoredFileField
            storageId={choice.storageId}
            value={choice.path}
            extensions={extensions}
            disabled={disabled}
            onChange={(path) => onChange({ path })}
          />
        </SimpleGrid>
      )}
    </>
  );
}
