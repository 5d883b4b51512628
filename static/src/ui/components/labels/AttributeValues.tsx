import { NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AttributeSpec } from "../../../api/types";
import classes from "./Labels.module.css";

interface Props {
  attribute: AttributeSpec;
  onChange: (attribute: AttributeSpec) => void;
}

/** The values of an attribute and its default, as its input type has them. */
export function AttributeValues(props: Props) {
  switch (props.attribute.input_type) {
    case "number":
      return <NumberRange {...props} />;
    case "checkbox":
      return <CheckboxDefault {...props} />;
    case "text":
      return <TextDefault {...props} />;
    default:
      return <Choices {...props} />;
  }
}

function Choices({ attribute, onChange }: Props) {
  const { t } = useTranslation("labels");
  const { values, default_value } = attribute;

  function change(next: string[]) {
    const kept = next.includes(default_value) ? default_value : (next[0] ?? "");
    onChange({ ...attribute, values: next, default_value: kept });
  }

  return (
    <div className={classes.values}>
      <TagsInput
        label={t("attribute.values")}
        placeholder={values.length === 0 ? t("attribute.valuesPlaceholder") : undefined}
        value={values}
        onChange={change}
        acceptValueOnBlur
      />
      <Select
        label={t("attribute.default")}
        data={values}
        value={default_value || null}
        disabled={values.length === 0}
        onChange={(value) => onChange({ ...attribute, default_value: value ?? "" })}
      />
    </div>
  );
}

const RANGE = ["minimum", "maximum", "step"] as const;

function NumberRange({ attribute, onChange }: Props) {
  const { t } = useTranslation("labels");
  const values = RANGE.map((_, index) => attribute.values[index] ?? "");
  return (
    <div className={classes.numbers}>
      {RANGE.map((name, index) => (
        <NumberInput
          key={name}
          label={t(`attribute.${name}`)}
          hideControls
          value={values[index]}
          onChange={(value) =>
            onChange({ ...attribute, values: values.with(index, String(value)) })
          }
        />
      ))}
      <NumberInput
        label={t("attribute.default")}
        hideControls
        value={attribute.default_value}
        onChange={(value) => onChange({ ...attribute, default_value: String(value) })}
      />
    </div>
  );
}

function CheckboxDefault({ attribute, onChange }: Props) {
  const { t } = useTranslation("labels");
  return (
    <Select
      label={t("attribute.default")}
      data={[
        { value: "false", label: t("attribute.off") },
        { value: "true", label: t("attribute.on") },
      ]}
      value={attribute.default_value}
      onChange={(value) => onChange({ ...attribute, default_value: value ?? "false" })}
    />
  );
}

function TextDefault({ attribute, onChange }: Props) {
  const { t } = useTranslation("labels");
  return (
    <TextInput
      label={t("attribute.default")}
      maxLength={128}
      value={attribute.default_value}
      onChange={(event) => onChange({ ...attribute, default_value: event.currentTarget.value })}
    />
  );
}
