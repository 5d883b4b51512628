import { Button, Group, Modal, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { errorText } from "./errorText";

interface Props {
  opened: boolean;
  title: string;
  text: string;
  confirmLabel: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ opened, title, text, confirmLabel, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  const confirm = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Text c="dimmed">{text}</Text>
      {confirm.error && (
        <Text c="red" mt="sm" role="alert">
          {errorText(confirm.error, t)}
        </Text>
      )}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("action.cancel")}
        </Button>
        <Button color="red" loading={confirm.isPending} onClick={() => confirm.mutate()}>
          {confirmLabel}
        </Button>
      </Group>
    </Modal>
  );
}
