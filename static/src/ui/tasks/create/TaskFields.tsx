import { Accordion, Input, NumberInput, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { LabelsEditor } from "../../components/labels/LabelsEditor";
import classes from "./CreateTaskPage.module.css";
import { MediaOptionsFields } from "./MediaOptionsFields";
import { ProjectSelect } from "./ProjectSelect";
import type { TaskForm } from "./taskForm";

interface Props {
  form: TaskForm;
  onChange: (form: TaskForm) => void;
  /** The server's words, by its field names. */
  errors: Readonly<Record<string, string>>;
}

export function TaskFields({ form, onChange, errors }: Props) {
  const { t } = useTranslation("tasks");
  const set = (change: Partial<TaskForm>) => onChange({ ...form, ...change });
  return (
    <>
      <SimpleGrid cols={2} spacing="sm">
        <TextInput
          label={t("column.name")}
          placeholder={t("namePlaceholder")}
          autoFocus
          maxLength={256}
          value={form.name}
          error={errors.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <ProjectSelect value={form.projectId} onChange={(projectId) => set({ projectId })} />
      </SimpleGrid>
      <div>
        <Input.Label mb={4}>{t("labels:title")}</Input.Label>
        {form.projectId === null ? (
          <LabelsEditor labels={form.labels} onChange={(labels) => set({ labels })} />
        ) : (
          <Text c="dimmed">{t("labelsOfProject")}</Text>
        )}
        {errors.labels && <Input.Error mt={4}>{errors.labels}</Input.Error>}
      </div>
    </>
  );
}

/** What most people leave alone: how the task is cut into jobs, how its media are read. */
export function AdvancedFields({ form, onChange, errors }: Props) {
  const { t } = useTranslation("tasks");
  const set = (change: Partial<TaskForm>) => onChange({ ...form, ...change });
  const [opened, setOpened] = useState<string | null>(null);
  const panel = useRef<HTMLDivElement>(null);
  // The heading is mostly at the foot of the page: what it opens would stay out of sight.
  useEffect(() => {
    if (opened) panel.current?.scrollIntoView({ block: "nearest" });
  }, [opened]);
  return (
    <Accordion
      ref={panel}
      variant="contained"
      className={classes.advanced}
      transitionDuration={0}
      value={opened}
      onChange={setOpened}
    >
      <Accordion.Item value="advanced">
        <Accordion.Control>{t("options.title")}</Accordion.Control>
        <Accordion.Panel>
          <JobFields form={form} set={set} errors={errors} />
          <MediaOptionsFields options={form.options} onChange={(options) => set({ options })} />
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

interface JobProps {
  form: TaskForm;
  set: (change: Partial<TaskForm>) => void;
  errors: Props["errors"];
}

function JobFields({ form, set, errors }: JobProps) {
  const { t } = useTranslation("tasks");
  return (
    <SimpleGrid cols={2} spacing="sm" mb="sm">
      <NumberInput
        label={t("column.segment")}
        description={t("options.segmentHint")}
        placeholder={t("options.oneJob")}
        min={1}
        allowDecimal={false}
        value={form.segmentSize}
        error={errors.segment_size}
        onChange={(value) => set({ segmentSize: value === "" ? "" : Number(value) })}
      />
      <NumberInput
        label={t("column.overlap")}
        description={t("options.overlapHint")}
        placeholder={t("options.automatic")}
        min={0}
        allowDecimal={false}
        value={form.overlap}
        error={errors.overlap}
        onChange={(value) => set({ overlap: value === "" ? "" : Number(value) })}
      />
      <TextInput
        label={t("subset")}
        description={t("options.subsetHint")}
        maxLength={64}
        value={form.subset}
        error={errors.subset}
        onChange={(event) => set({ subset: event.currentTarget.value })}
      />
      <TextInput
        label={t("bugTracker")}
        description={t("options.bugTrackerHint")}
        maxLength={2000}
        value={form.bugTracker}
        error={errors.bug_tracker}
        onChange={(event) => set({ bugTracker: event.currentTarget.value })}
      />
    </SimpleGrid>
  );
}
