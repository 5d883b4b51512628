import { Button, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiError } from "../../../api/errors";
import { createTask, tasksKey } from "../../../api/tasks";
import { errorText } from "../../components/errorText";
import { labelsProblem } from "../../components/labels/labelSpecs";
import { PageHeader } from "../../components/PageHeader";
import classes from "./CreateTaskPage.module.css";
import { EmptyTaskDialog } from "./EmptyTaskDialog";
import { LeaveGuard } from "./LeaveGuard";
import { MediaOptionsFields } from "./MediaOptionsFields";
import { MediaSourceFields } from "./MediaSourceFields";
import { isComplete, type MediaSource, NO_SOURCE, nameFromSource, sourceSpec } from "./mediaSource";
import { AdvancedFields, TaskFields } from "./TaskFields";
import { DEFAULT_OPTIONS, dataSpec, type TaskForm, taskSpec } from "./taskForm";
import { UploadStatus } from "./UploadStatus";
import { useMediaUpload } from "./useMediaUpload";

export function CreateTaskPage() {
  const { t } = useTranslation("tasks");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [search] = useSearchParams();
  const [source, setSource] = useState<MediaSource>(NO_SOURCE);
  const [form, setForm] = useState<TaskForm>({
    name: "",
    projectId: Number(search.get("project")) || null,
    labels: [],
    subset: "",
    bugTracker: "",
    segmentSize: "",
    overlap: "",
    options: DEFAULT_OPTIONS,
  });

  const [leaving, setLeaving] = useState(false);
  const create = useMutation({
    mutationFn: () => createTask(taskSpec({ ...form, name: form.name || nameFromSource(source) })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tasksKey }),
  });
  const task = create.data;
  const upload = useMediaUpload(() => navigate(`/tasks/${task?.id}`));
  const busy = create.isPending || upload.isSending || upload.isProcessing;
  const labelled = form.projectId !== null || form.labels.length > 0;
  const ready = isComplete(source) && labelled && !labelsProblem(form.labels);

  async function submit(event: FormEvent) {
    event.preventDefault();
    // A second press after a failure goes on with the task that was made by the first.
    const { id } = task ?? (await create.mutateAsync());
    const files = source.kind === "files" ? source.files : [];
    const names = files.map(({ name }) => name);
    const data = { ...dataSpec(form.options, names), ...sourceSpec(source) };
    upload.start({ taskId: id, files, data });
  }

  const hasFailed = upload.error !== null || upload.request?.status === "failed";
  const errors = create.error instanceof ApiError ? create.error.fields : {};
  return (
    <form className={classes.page} onSubmit={(event) => submit(event).catch(() => undefined)}>
      <PageHeader title={t("create")} trail={[{ label: t("title"), to: "/tasks" }]} />
      <div className={classes.scroll}>
        <fieldset className={classes.form} disabled={busy}>
          {!task && <TaskFields form={form} onChange={setForm} errors={errors} />}
          <MediaSourceFields source={source} onChange={setSource} disabled={busy} />
          {!task && <AdvancedFields form={form} onChange={setForm} errors={errors} />}
          {task && hasFailed && (
            <MediaOptionsFields
              options={form.options}
              onChange={(options) => setForm({ ...form, options })}
            />
          )}
          <UploadStatus upload={upload} />
        </fieldset>
      </div>
      <div className={classes.bar}>
        <div className={classes.barInner}>
          <Text
            c={create.error ? "red" : "dimmed"}
            mr="auto"
            role={create.error ? "alert" : undefined}
          >
            {create.error ? errorText(create.error, t) : !labelled && t("needLabel")}
          </Text>
          {task && hasFailed ? (
            <Button variant="default" onClick={() => setLeaving(true)}>
              {t("common:action.cancel")}
            </Button>
          ) : (
            <Button component={Link} to="/tasks" variant="default">
              {t("common:action.cancel")}
            </Button>
          )}
          <Button type="submit" loading={busy} disabled={!ready}>
            {hasFailed ? t("upload.again") : t("createSubmit")}
          </Button>
        </div>
      </div>
      <LeaveGuard active={upload.isSending} />
      {task && (
        <EmptyTaskDialog opened={leaving} taskId={task.id} onClose={() => setLeaving(false)} />
      )}
    </form>
  );
}
