import { Button, Group, Modal, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { errorText } from "../../components/errorText";
import { useDeletion } from "../../trash/useDeletion";

interface Props {
  opened: boolean;
  taskId: number;
  onClose: () => void;
}

/** Asks what becomes of a task that was made but has no media, when its creation is given up. */
export function EmptyTaskDialog({ opened, taskId, onClose }: Props) {
  const { t } = useTranslation("tasks");
  const navigate = useNavigate();
  const name = t("abandon.name", { id: taskId });
  const remove = useMutation({
    mutationFn: useDeletion({ kind: "task", number: taskId, name }, "/tasks"),
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t("abandon.title")}>
      <Text c="dimmed">{t("abandon.text")}</Text>
      {remove.error && (
        <Text c="red" mt="sm" role="alert">
          {errorText(remove.error, t)}
        </Text>
      )}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={() => navigate(`/tasks/${taskId}`)} data-autofocus>
          {t("abandon.keep")}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t("abandon.delete")}
        </Button>
      </Group>
    </Modal>
  );
}
