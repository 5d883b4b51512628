import { ActionIcon, Checkbox, Select, TextInput, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type AttributeSpec, INPUT_TYPES, type InputType } from "../../../api/types";
import { AttributeValues } from "./AttributeValues";
import classes from "./Labels.module.css";
import { withInputType } from "./labelSpecs";

interface Props {
  attribute: AttributeSpec;
  onChange: (attribute: AttributeSpec) => void;
  onRemove: () => void;
}

export function AttributeFields({ attribute, onChange, onRemove }: Props) {
  const { t } = useTranslation("labels");
  // Annotations refer to a saved attribute by its id and type, so those stay.
  const saved = attribute.id !== undefined;
  return (
    <div className={classes.attribute}>
      <TextInput
        label={t("attribute.name")}
        maxLength={64}
        value={attribute.name}
        onChange={(event) => onChange({ ...attribute, name: event.currentTarget.value })}
      />
      <Select
        label={t("attribute.type")}
        data={INPUT_TYPES.map((value) => ({ value, label: t(`inputs.${value}`) }))}
        value={attribute.input_type}
        disabled={saved}
        onChange={(type) => onChange(withInputType(attribute, type as InputType))}
      />
      <AttributeValues attribute={attribute} onChange={onChange} />
      <Tooltip label={t("attribute.mutableHint")} multiline w={240}>
        <Checkbox
          label={t("attribute.mutable")}
          checked={attribute.mutable}
          onChange={(event) => onChange({ ...attribute, mutable: event.currentTarget.checked })}
        />
      </Tooltip>
      <Tooltip label={saved ? t("attribute.kept") : t("attribute.remove")}>
        <ActionIcon
          size={30}
          aria-label={t("attribute.remove")}
          disabled={saved}
          onClick={onRemove}
        >
          <IconTrash size={14} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
