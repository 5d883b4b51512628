import { Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { jobsKey, updateJob } from "../../api/jobs";
import { JOB_STATES, type JobState } from "../../api/types";
import { errorText } from "../components/errorText";
import { useJobSession } from "./jobContext";

/** How far the job is; completing it saves first. */
export function JobStateSelect() {
  const { t } = useTranslation("job");
  const { job, autosave } = useJobSession();
  const queries = useQueryClient();
  const [state, setState] = useState<JobState>(job.state);

  const change = async (next: JobState) => {
    const previous = state;
    setState(next);
    try {
      await autosave.flush();
      await updateJob(job.id, { state: next });
      await queries.invalidateQueries({ queryKey: jobsKey });
    } catch (error) {
      setState(previous);
      notifications.show({ color: "red", message: errorText(error, t) });
    }
  };

  // A job that somebody has worked on is not new any more.
  useEffect(() => {
    if (state !== "new") return;
    return autosave.state.subscribe(() => {
      if (autosave.state.value.name !== "saving") return;
      setState("in progress");
      updateJob(job.id, { state: "in progress" }).catch(() => setState("new"));
    });
  }, [state, job.id, autosave]);

  return (
    <Select
      aria-label={t("top.state")}
      w={136}
      value={state}
      data={JOB_STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
      onChange={(next) => next && void change(next as JobState)}
    />
  );
}
