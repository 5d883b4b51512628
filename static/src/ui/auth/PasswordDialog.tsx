import { Alert, Button, Group, Modal, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/errors";
import { changePassword, type PasswordChange } from "../../api/session";
import { errorText } from "../components/errorText";

interface Props {
  opened: boolean;
  onClose: () => void;
}

const EMPTY: PasswordChange = { old_password: "", new_password1: "", new_password2: "" };

export function PasswordDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("auth");
  const form = useForm({
    initialValues: EMPTY,
    validate: {
      old_password: (value) => (value ? null : t("required")),
      new_password1: (value) => (value.length >= 8 ? null : t("register.passwordRule")),
      new_password2: (value, values) =>
        value === values.new_password1 ? null : t("passwordsDiffer"),
    },
  });
  const change = useMutation({
    mutationFn: changePassword,
    onSuccess: () => {
      close();
      notifications.show({ message: t("password.changed") });
    },
    onError: (error) => {
      if (error instanceof ApiError) form.setErrors(error.fields);
    },
  });

  function close() {
    form.reset();
    change.reset();
    onClose();
  }

  const unplaced = change.error && Object.keys(form.errors).length === 0;
  return (
    <Modal opened={opened} onClose={close} title={t("password.title")}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
        <Stack gap="sm">
          {unplaced && (
            <Alert color="red" variant="light" p="xs" role="alert">
              {errorText(change.error, t)}
            </Alert>
          )}
          <PasswordInput
            label={t("password.old")}
            autoComplete="current-password"
            data-autofocus
            {...form.getInputProps("old_password")}
          />
          <PasswordInput
            label={t("password.new")}
            autoComplete="new-password"
            {...form.getInputProps("new_password1")}
          />
          <PasswordInput
            label={t("field.passwordAgain")}
            autoComplete="new-password"
            {...form.getInputProps("new_password2")}
          />
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={close}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={change.isPending}>
              {t("password.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
