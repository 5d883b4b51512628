import { notifications } from "@mantine/notifications";
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { jobsKey } from "../../api/jobs";
import { projectsKey } from "../../api/projects";
import { tasksKey } from "../../api/tasks";
import { restoreFromTrash, type TrashId, trashKey } from "../../api/trash";
import { errorText } from "../components/errorText";

/** Every list that a deletion or a restoration changes is asked for again. */
export function refreshAfterTrash(client: QueryClient): Promise<unknown> {
  const keys = [projectsKey, tasksKey, jobsKey, trashKey];
  return Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
}

/** What is restored, and the name by which people are told. */
export type Restorable = TrashId & { readonly name: string };

interface Outcome {
  readonly restored: readonly Restorable[];
  readonly refused: readonly { item: Restorable; error: unknown }[];
}

async function restoreAll(items: readonly Restorable[]): Promise<Outcome> {
  const restored: Restorable[] = [];
  const refused: Outcome["refused"][number][] = [];
  // Projects first: a task may need its project.
  const inOrder = [...items].sort((one, other) => one.kind.localeCompare(other.kind));
  for (const item of inOrder) {
    try {
      await restoreFromTrash(item);
      restored.push(item);
    } catch (error) {
      refused.push({ item, error });
    }
  }
  return { restored, refused };
}

/** Restores from the trash and says what was restored, and what could not be and why. */
export function useRestore() {
  const { t } = useTranslation("trash");
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: restoreAll,
    onSuccess: async ({ restored, refused }) => {
      await refreshAfterTrash(queryClient);
      const [first] = restored;
      if (first) {
        const count = restored.length;
        const message =
          count === 1 ? t("restoredOne", { name: first.name }) : t("restored", { count });
        notifications.show({ message });
      }
      for (const { item, error } of refused) {
        const message = t("notRestored", { name: item.name, reason: errorText(error, t) });
        notifications.show({ color: "red", message });
      }
    },
  });
}
