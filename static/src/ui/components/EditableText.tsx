import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  value: string;
  maxLength: number;
  onSave: (value: string) => void;
}

/** A value that turns into a field when its pencil is pressed. Enter saves, Escape leaves it. */
export function EditableText({ value, maxLength, onSave }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string | null>(null);

  function finish() {
    if (draft !== null && draft.trim() !== value) onSave(draft.trim());
    setDraft(null);
  }

  function press(event: KeyboardEvent) {
    if (event.key === "Enter") finish();
    if (event.key === "Escape") setDraft(null);
  }

  if (draft !== null) {
    return (
      <TextInput
        aria-label={t("action.edit")}
        autoFocus
        maxLength={maxLength}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={press}
        onBlur={finish}
      />
    );
  }
  return (
    <span style={{ display: "flex", alignItems: "center", gap: 4, minWidth: 0 }}>
      <span style={{ overflow: "hidden", textOverflow: "ellipsis" }}>{value || "–"}</span>
      <Tooltip label={t("action.edit")}>
        <ActionIcon size={22} aria-label={t("action.edit")} onClick={() => setDraft(value)}>
          <IconPencil size={13} />
        </ActionIcon>
      </Tooltip>
    </span>
  );
}
