import { ActionIcon, Button, FileButton, Text, Tooltip } from "@mantine/core";
import { IconFile, IconFileUpload, IconX } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatBytes } from "../../i18n/format";
import classes from "./FileDrop.module.css";

interface Props {
  file: File | null;
  onChange: (file: File | null) => void;
  /** Extensions that are expected: `.zip`. */
  extensions: readonly string[];
  disabled: boolean;
  /** It is the first thing to do in a dialog. */
  isFirst?: boolean;
}

/** One file, dropped here or chosen in a dialog. */
export function FileDrop({ file, onChange, extensions, disabled, isFirst }: Props) {
  const { t } = useTranslation("datasets");
  const [over, setOver] = useState(false);

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files.item(0);
    if (dropped && !disabled) onChange(dropped);
  }

  return (
    <section
      className={classes.drop}
      data-over={over || undefined}
      aria-label={t("file.label")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!disabled);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {file ? (
        <Chosen file={file} onRemove={() => onChange(null)} disabled={disabled} />
      ) : (
        <>
          <IconFileUpload size={22} stroke={1.5} color="var(--mantine-color-dimmed)" />
          <div className={classes.text}>
            <Text>{t("file.drop")}</Text>
            {extensions.length > 0 && (
              <Text c="dimmed" fz={12}>
                {extensions.join(", ")}
              </Text>
            )}
          </div>
        </>
      )}
      <FileButton accept={extensions.join() || undefined} disabled={disabled} onChange={onChange}>
        {(props) => (
          <Button
            {...props}
            variant="default"
            disabled={disabled}
            data-autofocus={isFirst || undefined}
          >
            {file ? t("file.another") : t("file.choose")}
          </Button>
        )}
      </FileButton>
    </section>
  );
}

interface ChosenProps {
  file: File;
  onRemove: () => void;
  disabled: boolean;
}

function Chosen({ file, onRemove, disabled }: ChosenProps) {
  const { t, i18n } = useTranslation("datasets");
  return (
    <>
      <IconFile size={18} stroke={1.5} />
      <div className={classes.text}>
        <Text truncate title={file.name}>
          {file.name}
        </Text>
        <Text c="dimmed" fz={12} className="tabular">
          {formatBytes(file.size, i18n.language)}
        </Text>
      </div>
      <Tooltip label={t("file.remove")}>
        <ActionIcon aria-label={t("file.remove")} onClick={onRemove} disabled={disabled}>
          <IconX size={15} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
