import { Alert, Button, Group, Modal, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/errors";
import { type CloudStorage, createStorage, storagesKey, updateStorage } from "../../api/storages";
import { errorText } from "../components/errorText";
import { CredentialsFields } from "./CredentialsFields";
import { ProviderFields } from "./ProviderFields";
import { emptyForm, formOf, isComplete, type StorageForm, storageSpec } from "./storageForm";

interface Props {
  /** The storage to change, `new` to connect one, null while closed. */
  edited: CloudStorage | "new" | null;
  onClose: () => void;
}

export function StorageDialog({ edited, onClose }: Props) {
  const { t } = useTranslation("storages");
  const stored = edited === "new" ? null : edited;
  return (
    <Modal
      opened={edited !== null}
      onClose={onClose}
      title={stored ? t("editTitle") : t("create")}
      size={680}
    >
      {edited && <StorageDialogForm stored={stored} onClose={onClose} />}
    </Modal>
  );
}

interface FormProps {
  stored: CloudStorage | null;
  onClose: () => void;
}

function StorageDialogForm({ stored, onClose }: FormProps) {
  const { t } = useTranslation("storages");
  const queryClient = useQueryClient();
  const [form, setForm] = useState<StorageForm>(() => (stored ? formOf(stored) : emptyForm()));
  const set = (change: Partial<StorageForm>) => setForm({ ...form, ...change });
  const save = useMutation({
    mutationFn: () =>
      stored ? updateStorage(stored.id, storageSpec(form)) : createStorage(storageSpec(form)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: storagesKey });
      onClose();
    },
  });
  const errors = save.error instanceof ApiError ? save.error.fields : {};

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ProviderFields form={form} set={set} errors={errors} isStored={stored !== null} />
        <CredentialsFields
          form={form}
          set={set}
          errors={errors}
          isStored={stored?.credentials_type === form.credentialsType}
        />
        <SimpleGrid cols={2} spacing="sm">
          <Textarea
            label={t("field.manifests")}
            description={t("field.manifestsHint")}
            autosize
            minRows={2}
            maxRows={5}
            value={form.manifests}
            error={errors.manifests}
            onChange={(event) => set({ manifests: event.currentTarget.value })}
          />
          <TextInput
            label={t("field.description")}
            description={t("field.descriptionHint")}
            value={form.description}
            error={errors.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
        </SimpleGrid>
        {save.error && (
          <Alert color="red" variant="light" role="alert">
            {errorText(save.error, t)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:action.cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!isComplete(form, stored)}>
            {stored ? t("save") : t("connect")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
