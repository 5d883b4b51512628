import {
  ActionIcon,
  Button,
  Collapse,
  ColorInput,
  Select,
  Text,
  TextInput,
  Tooltip,
  UnstyledButton,
} from "@mantine/core";
import { IconChevronRight, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { LABEL_TYPES, type LabelSpec } from "../../../api/types";
import { AttributeFields } from "./AttributeFields";
import classes from "./Labels.module.css";
import { newAttribute } from "./labelSpecs";

interface Props {
  label: LabelSpec;
  open: boolean;
  readOnly?: boolean;
  onToggle: () => void;
  onChange: (label: LabelSpec) => void;
  onRemove: () => void;
}

export function LabelRow({ label, open, readOnly, onToggle, onChange, onRemove }: Props) {
  const { t } = useTranslation("labels");
  return (
    <li className={classes.item} data-open={open || undefined}>
      <div className={classes.head}>
        <UnstyledButton className={classes.toggle} aria-expanded={open} onClick={onToggle}>
          <IconChevronRight size={14} className={classes.chevron} />
          <span className={classes.swatch} style={{ background: label.color }} />
          <Text fw={500} truncate>
            {label.name || t("unnamed")}
          </Text>
          <Text c="dimmed" fz={12}>
            {t(`types.${label.type}`)}
          </Text>
          {label.attributes.length > 0 && (
            <Text c="dimmed" fz={12}>
              {t("attributes", { count: label.attributes.length })}
            </Text>
          )}
        </UnstyledButton>
        {!readOnly && (
          <Tooltip label={t("remove", { name: label.name })}>
            <ActionIcon size={26} aria-label={t("remove", { name: label.name })} onClick={onRemove}>
              <IconTrash size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      <Collapse expanded={open} transitionDuration={120}>
        {open && (
          <fieldset className={classes.body} disabled={readOnly}>
            <LabelFields label={label} onChange={onChange} />
          </fieldset>
        )}
      </Collapse>
    </li>
  );
}

function LabelFields({ label, onChange }: Pick<Props, "label" | "onChange">) {
  const { t } = useTranslation("labels");
  const { attributes } = label;
  return (
    <>
      <div className={classes.fields}>
        <ColorInput
          label={t("color")}
          withEyeDropper={false}
          value={label.color}
          onChange={(color) => onChange({ ...label, color })}
        />
        <TextInput
          label={t("name")}
          maxLength={64}
          value={label.name}
          onChange={(event) => onChange({ ...label, name: event.currentTarget.value })}
        />
        <Select
          label={t("type")}
          data={LABEL_TYPES.map((value) => ({ value, label: t(`types.${value}`) }))}
          value={label.type}
          onChange={(type) => onChange({ ...label, type: type ?? "any" })}
        />
      </div>
      {attributes.map((attribute, index) => (
        <AttributeFields
          key={attribute.id ?? `new-${index}`}
          attribute={attribute}
          onChange={(changed) =>
            onChange({ ...label, attributes: attributes.with(index, changed) })
          }
          onRemove={() => onChange({ ...label, attributes: attributes.toSpliced(index, 1) })}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconPlus size={13} />}
        onClick={() => onChange({ ...label, attributes: [...attributes, newAttribute()] })}
      >
        {t("addAttribute")}
      </Button>
    </>
  );
}
