import { Checkbox, Group, NumberInput, Radio, Select, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { AttributeSpec } from "../../document/labels";

interface Props {
  readonly spec: AttributeSpec;
  readonly value: string;
  readonly disabled: boolean;
  onChange(value: string): void;
}

export function AttributeField({ spec, value, disabled, onChange }: Props) {
  switch (spec.input) {
    case "checkbox":
      return (
        <Checkbox
          label={spec.name}
          disabled={disabled}
          checked={value === "true"}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      );
    case "radio":
      return (
        <Radio.Group label={spec.name} value={value} onChange={onChange} size="xs">
          <Group gap="xs" mt={4}>
            {spec.values.map((choice) => (
              <Radio key={choice} value={choice} label={choice} size="xs" disabled={disabled} />
            ))}
          </Group>
        </Radio.Group>
      );
    case "select":
      return (
        <Select
          label={spec.name}
          disabled={disabled}
          data={[...new Set(spec.values)]}
          value={value}
          searchable={spec.values.length > 8}
          onChange={(choice) => choice !== null && onChange(choice)}
        />
      );
    default:
      return <TypedField spec={spec} value={value} disabled={disabled} onChange={onChange} />;
  }
}

/** Typed values are taken when the field is left, so that a word is one step of undo. */
function TypedField({ spec, value, disabled, onChange }: Props) {
  const [draft, setDraft] = useState(value);
  // Somebody else may change it while it is typed: what is typed stays.
  const typing = useRef(false);
  useEffect(() => {
    if (!typing.current) setDraft(value);
  }, [value]);
  const start = () => {
    typing.current = true;
  };
  const finish = () => {
    typing.current = false;
    if (draft !== value) onChange(draft);
    setDraft(value);
  };
  if (spec.input === "number") {
    const [least, greatest, step] = spec.values.map(Number);
    return (
      <NumberInput
        label={spec.name}
        disabled={disabled}
        value={draft}
        min={least}
        max={greatest}
        step={step ?? 1}
        onChange={(next) => setDraft(String(next))}
        onFocus={start}
        onBlur={finish}
      />
    );
  }
  return (
    <Textarea
      label={spec.name}
      disabled={disabled}
      autosize
      minRows={1}
      maxRows={5}
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onFocus={start}
      onBlur={finish}
    />
  );
}
