import { Button, ColorInput, Select, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { LABEL_TYPES, type LabelSpec, type LabelType } from "../../../api/types";
import classes from "./Labels.module.css";
import { nextColor } from "./labelSpecs";

interface Props {
  labels: readonly LabelSpec[];
  onAdd: (label: LabelSpec) => void;
}

/** One line that adds labels one after another: type a name, press Enter, type the next. */
export function AddLabel({ labels, onAdd }: Props) {
  const { t } = useTranslation("labels");
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const [type, setType] = useState<LabelType>("any");
  const [chosen, setChosen] = useState<string | null>(null);
  const color = chosen ?? nextColor(labels);
  const exists = labels.some((label) => label.name === name.trim());

  function add() {
    if (!name.trim() || exists) return;
    onAdd({ name: name.trim(), color, type, attributes: [] });
    setName("");
    setChosen(null);
    input.current?.focus();
  }

  function submitOnEnter(event: KeyboardEvent) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  }

  return (
    <div className={classes.add}>
      <ColorInput
        withEyeDropper={false}
        aria-label={t("color")}
        value={color}
        onChange={setChosen}
      />
      <TextInput
        ref={input}
        aria-label={t("name")}
        placeholder={t("namePlaceholder")}
        maxLength={64}
        value={name}
        error={exists && t("problem.duplicate", { name })}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={submitOnEnter}
      />
      <Select
        aria-label={t("type")}
        data={LABEL_TYPES.map((value) => ({ value, label: t(`types.${value}`) }))}
        value={type}
        onChange={(value) => setType(value ?? "any")}
      />
      <Button variant="default" leftSection={<IconPlus size={14} />} onClick={add}>
        {t("add")}
      </Button>
    </div>
  );
}
