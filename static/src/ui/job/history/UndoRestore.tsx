import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { JobSession } from "../../../io/job-session";
import { errorText } from "../../components/errorText";

interface Props {
  readonly session: JobSession;
  readonly revision: number;
  /** What the job held before. */
  readonly before: number;
}

/** Says that a revision was restored, and takes that back. */
export function UndoRestore({ session, revision, before }: Props) {
  const { t } = useTranslation("history");
  const undo = useMutation({
    mutationFn: () => session.past.restore(before),
    onSuccess: () => notifications.hide("restored"),
  });
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <span role={undo.error ? "alert" : undefined}>
        {undo.error ? errorText(undo.error, t) : t("restored", { number: revision })}
      </span>
      <Button
        variant="default"
        size="compact-sm"
        loading={undo.isPending}
        onClick={() => undo.mutate()}
      >
        {t("undo")}
      </Button>
    </Group>
  );
}
