import { Button, Group, Modal, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "./errorText";

interface Props {
  opened: boolean;
  title: string;
  text: string;
  /** Below the text: what it is about. */
  children?: ReactNode;
  confirmLabel: string;
  /** Of the button that confirms; red takes something away. */
  color?: "red" | "sky";
  /** The consequences are not known yet. */
  disabled?: boolean;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something that is not easily undone. */
export function ConfirmDialog(props: Props) {
  const { opened, title, text, children, confirmLabel, color = "red", onConfirm, onClose } = props;
  const { t } = useTranslation();
  const confirm = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Text c="dimmed">{text}</Text>
      {children}
      {confirm.error && (
        <Text c="red" mt="sm" role="alert">
          {errorText(confirm.error, t)}
        </Text>
      )}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("action.cancel")}
        </Button>
        <Button
          color={color}
          loading={confirm.isPending}
          disabled={props.disabled}
          onClick={() => confirm.mutate()}
        >
          {confirmLabel}
        </Button>
      </Group>
    </Modal>
  );
}
