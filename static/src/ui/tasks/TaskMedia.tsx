import { Button, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cancelRequest, isRunning, requestsKey } from "../../api/requests";
import type { Task } from "../../api/types";
import { Section } from "../components/DetailPage";
import { RequestProgress } from "../components/RequestProgress";
import { LeaveGuard } from "./create/LeaveGuard";
import { MediaOptionsFields } from "./create/MediaOptionsFields";
import { MediaSourceFields } from "./create/MediaSourceFields";
import { isComplete, NO_SOURCE, sourceSpec } from "./create/mediaSource";
import { DEFAULT_OPTIONS, dataSpec } from "./create/taskForm";
import { UploadStatus } from "./create/UploadStatus";
import { useMediaUpload } from "./create/useMediaUpload";
import { useTaskCreation } from "./useTaskCreation";

/** A task without frames: how far the server is with them, or a way to give it some. */
export function TaskMedia({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const latest = useTaskCreation(task.id);
  const running = latest && isRunning(latest);
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: cancelRequest,
    onSettled: () => queryClient.invalidateQueries({ queryKey: requestsKey }),
  });
  return (
    <Section title={t("media.title")}>
      <Stack gap="md" maw={820}>
        {latest && latest.status !== "finished" && (
          <RequestProgress
            request={latest}
            label={t("upload.processing")}
            onCancel={running ? () => cancel.mutate(latest.id) : undefined}
          />
        )}
        {!running && <MediaForm taskId={task.id} />}
      </Stack>
    </Section>
  );
}

function MediaForm({ taskId }: { taskId: number }) {
  const { t } = useTranslation("tasks");
  const [source, setSource] = useState(NO_SOURCE);
  const [options, setOptions] = useState(DEFAULT_OPTIONS);
  const upload = useMediaUpload(() => undefined);
  const busy = upload.isSending || upload.isProcessing;
  const files = source.kind === "files" ? source.files : [];
  const names = files.map(({ name }) => name);
  const data = { ...dataSpec(options, names), ...sourceSpec(source) };
  return (
    <>
      <Text c="dimmed">{t("media.missing")}</Text>
      <MediaSourceFields source={source} onChange={setSource} disabled={busy} unlabelled />
      <MediaOptionsFields options={options} onChange={setOptions} />
      <UploadStatus upload={upload} />
      <div>
        <Button
          loading={busy}
          disabled={!isComplete(source)}
          onClick={() => upload.start({ taskId, files, data, mayHaveOthers: true })}
        >
          {t("upload.start")}
        </Button>
      </div>
      <LeaveGuard active={upload.isSending} />
    </>
  );
}
