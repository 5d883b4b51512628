import { Button, Group, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LabelSpec } from "../../../api/types";
import { labelsFromRaw, labelsToRaw } from "./labelSpecs";

interface Props {
  labels: readonly LabelSpec[];
  onChange: (labels: LabelSpec[]) => void;
  readOnly?: boolean;
}

/** The labels as JSON, to paste them from another task or from CVAT. */
export function RawLabels({ labels, onChange, readOnly }: Props) {
  const { t } = useTranslation("labels");
  const [text, setText] = useState(() => labelsToRaw(labels));
  const [problem, setProblem] = useState<string | null>(null);

  function apply() {
    try {
      onChange(labelsFromRaw(text));
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <>
      <Textarea
        aria-label={t("tab.raw")}
        autosize
        minRows={8}
        maxRows={18}
        spellCheck={false}
        readOnly={readOnly}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12 } }}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {!readOnly && (
        <Group mt="xs" justify="space-between" wrap="nowrap" align="start">
          <Text fz={12} c={problem ? "red" : "dimmed"} role={problem ? "alert" : undefined}>
            {problem ? t("rawProblem", { place: problem }) : t("rawHint")}
          </Text>
          <Button variant="default" onClick={apply} disabled={text === labelsToRaw(labels)}>
            {t("rawApply")}
          </Button>
        </Group>
      )}
    </>
  );
}
