import { Button, Group, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type LabelParent, labelsQuery, saveLabels } from "../../api/labels";
import { statisticsKey } from "../../api/statistics";
import type { LabelSpec } from "../../api/types";
import classes from "./DetailPage.module.css";
import { ErrorState } from "./ErrorState";
import { errorText } from "./errorText";
import { LabelsEditor } from "./labels/LabelsEditor";
import { labelsProblem } from "./labels/labelSpecs";
import { RemoveLabelsDialog } from "./labels/RemoveLabelsDialog";
import { removedLabels } from "./labels/removedLabels";

/** The labels of a saved task or project: shown, edited, saved; asks before any is removed. */
export function LabelsPanel({ parent, readOnly }: { parent: LabelParent; readOnly?: boolean }) {
  const query = useQuery(labelsQuery(parent));
  if (query.error) return <ErrorState error={query.error} onRetry={query.refetch} />;
  if (!query.data) return <Skeleton height={80} />;
  return <SavedLabels parent={parent} saved={query.data} readOnly={readOnly} />;
}

interface Props {
  parent: LabelParent;
  saved: readonly LabelSpec[];
  readOnly?: boolean;
}

function SavedLabels({ parent, saved, readOnly }: Props) {
  const { t } = useTranslation("labels");
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<LabelSpec[] | null>(null);
  const [confirming, setConfirming] = useState(false);
  const labels = draft ?? saved;
  const removed = removedLabels(saved, labels).length;
  const save = useMutation({
    mutationFn: () => saveLabels(parent, saved, labels),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: labelsQuery(parent).queryKey });
      if (removed > 0) await queryClient.invalidateQueries({ queryKey: statisticsKey });
      setDraft(null);
      notifications.show({ message: t("saved") });
    },
    onError: (error) => {
      if (removed === 0) notifications.show({ color: "red", message: errorText(error, t) });
    },
  });

  return (
    <div className={classes.narrow}>
      <LabelsEditor labels={labels} onChange={setDraft} readOnly={readOnly} />
      {draft && (
        <Group gap="xs" mt="sm">
          <Button
            loading={save.isPending}
            disabled={labelsProblem(draft) !== null}
            onClick={() => (removed > 0 ? setConfirming(true) : save.mutate())}
          >
            {t("save")}
          </Button>
          <Button variant="default" onClick={() => setDraft(null)}>
            {t("discard")}
          </Button>
        </Group>
      )}
      <RemoveLabelsDialog
        opened={confirming}
        parent={parent}
        saved={saved}
        labels={labels}
        onConfirm={() => save.mutateAsync()}
        onClose={() => setConfirming(false)}
      />
    </div>
  );
}
