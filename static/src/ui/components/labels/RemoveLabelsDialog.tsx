import { ColorSwatch, List, Loader, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { LabelParent } from "../../../api/labels";
import { countLabelUse, type LabelUse } from "../../../api/labelUse";
import type { LabelSpec } from "../../../api/types";
import { formatNumber } from "../../../i18n/format";
import { ConfirmDialog } from "../ConfirmDialog";
import { recreated, removedLabels } from "./removedLabels";

const NAMED = 8;

interface Props {
  opened: boolean;
  parent: LabelParent;
  saved: readonly LabelSpec[];
  labels: readonly LabelSpec[];
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Names the annotations that go with removed labels, and asks. */
export function RemoveLabelsDialog({ opened, parent, saved, labels, onConfirm, onClose }: Props) {
  const { t } = useTranslation("labels");
  const removed = removedLabels(saved, labels);
  const ids = removed.map(({ id }) => id);
  const use = useQuery({
    queryKey: ["label-use", parent, ids],
    queryFn: ({ signal }) => countLabelUse(parent, new Set(ids), signal),
    enabled: opened,
    // Somebody may have annotated meanwhile.
    gcTime: 0,
  });
  const again = recreated(removed, labels);
  return (
    <ConfirmDialog
      opened={opened}
      title={t("removeTitle", { count: removed.length })}
      text={use.data ? "" : t(use.error ? "use.unknown" : "use.counting")}
      confirmLabel={t("removeConfirm")}
      disabled={use.isLoading}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {use.isLoading && <Loader size={16} mt="sm" color="gray" />}
      {use.data && <Consequence use={use.data} parent={parent} removed={removed} />}
      {again.length > 0 && (
        <Text mt="sm" c="var(--sky-warning-text)">
          {t("use.recreated", { count: again.length, names: again.join(", ") })}
        </Text>
      )}
    </ConfirmDialog>
  );
}

interface ConsequenceProps {
  use: LabelUse;
  parent: LabelParent;
  removed: readonly (LabelSpec & { id: number })[];
}

function Consequence({ use, parent, removed }: ConsequenceProps) {
  const { t, i18n } = useTranslation("labels");
  const number = (value: number) => formatNumber(value, i18n.language);
  const total = [...use.objects.values()].reduce((sum, count) => sum + count, 0);
  const objects = t("use.objects", { count: total, number: number(total) });
  const tasks = t("use.inTasks", { count: use.tasks, number: number(use.tasks) });
  const what = parent.kind === "project" ? `${objects} ${tasks}` : objects;
  return (
    <>
      <Text fw={total > 0 ? 500 : undefined}>
        {total > 0 ? t("use.deleted", { what }) : t("use.none")}
      </Text>
      {total > 0 && <Text c="dimmed">{t("use.history")}</Text>}
      {use.counted < use.all && (
        <Text c="dimmed">
          {t("use.partly", { counted: number(use.counted), all: number(use.all) })}
        </Text>
      )}
      <List mt="sm" spacing={2} size="sm" listStyleType="none" center>
        {removed.slice(0, NAMED).map(({ id, name, color }) => (
          <List.Item
            key={id}
            icon={<ColorSwatch color={color} size={10} radius={3} withShadow={false} />}
          >
            {name}{" "}
            <Text span c="dimmed" className="tabular">
              {t("use.objects", {
                count: use.objects.get(id) ?? 0,
                number: number(use.objects.get(id) ?? 0),
              })}
            </Text>
          </List.Item>
        ))}
        {removed.length > NAMED && (
          <List.Item>{t("use.more", { count: removed.length - NAMED })}</List.Item>
        )}
      </List>
    </>
  );
}
