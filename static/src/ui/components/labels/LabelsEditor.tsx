import { Tabs, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LabelSpec } from "../../../api/types";
import { AddLabel } from "./AddLabel";
import { LabelRow } from "./LabelRow";
import classes from "./Labels.module.css";
import { labelsProblem } from "./labelSpecs";
import { RawLabels } from "./RawLabels";

interface Props {
  labels: readonly LabelSpec[];
  onChange: (labels: LabelSpec[]) => void;
  readOnly?: boolean;
}

/** Edits the labels of a task or project, one by one or as JSON. Says what would be refused. */
export function LabelsEditor({ labels, onChange, readOnly }: Props) {
  const { t } = useTranslation("labels");
  const [open, setOpen] = useState<number | null>(null);
  const problem = labelsProblem(labels);

  function replace(index: number, label: LabelSpec) {
    onChange(labels.with(index, label));
  }

  function remove(index: number) {
    setOpen(null);
    onChange(labels.toSpliced(index, 1));
  }

  return (
    <Tabs defaultValue="list" keepMounted={false} variant="default">
      <Tabs.List className={classes.tabs}>
        <Tabs.Tab value="list">{t("tab.list")}</Tabs.Tab>
        <Tabs.Tab value="raw">{t("tab.raw")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="list" pt="xs">
        <ul className={classes.list}>
          {labels.map((label, index) => (
            <LabelRow
              key={label.id ?? `new-${index}`}
              label={label}
              open={open === index}
              readOnly={readOnly}
              onToggle={() => setOpen(open === index ? null : index)}
              onChange={(changed) => replace(index, changed)}
              onRemove={() => remove(index)}
            />
          ))}
        </ul>
        {!readOnly && <AddLabel labels={labels} onAdd={(label) => onChange([...labels, label])} />}
      </Tabs.Panel>
      <Tabs.Panel value="raw" pt="xs">
        <RawLabels labels={labels} onChange={onChange} readOnly={readOnly} />
      </Tabs.Panel>
      {problem && (
        <Text c="red" mt={6} fz={12} role="alert">
          {t(`problem.${problem.key}`, { name: problem.name })}
        </Text>
      )}
    </Tabs>
  );
}
