import { Alert, Button, Group, Input, Modal, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { ApiError } from "../../api/errors";
import { createProject, projectsKey } from "../../api/projects";
import type { LabelSpec } from "../../api/types";
import { errorText } from "../components/errorText";
import { LabelsEditor } from "../components/labels/LabelsEditor";
import { labelsProblem } from "../components/labels/labelSpecs";

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function CreateProjectDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("projects");
  return (
    <Modal opened={opened} onClose={onClose} title={t("create")} size={720}>
      <CreateProjectForm onClose={onClose} />
    </Modal>
  );
}

function CreateProjectForm({ onClose }: Pick<Props, "onClose">) {
  const { t } = useTranslation("projects");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [labels, setLabels] = useState<LabelSpec[]>([]);
  const create = useMutation({
    mutationFn: createProject,
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: projectsKey });
      await navigate(`/projects/${id}`);
    },
  });
  const nameError = create.error instanceof ApiError ? create.error.fields.name : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate({ name: name.trim(), labels });
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t("column.name")}
          required
          data-autofocus
          maxLength={256}
          value={name}
          error={nameError}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div>
          <Input.Label mb={4}>{t("labels:title")}</Input.Label>
          <LabelsEditor labels={labels} onChange={setLabels} />
        </div>
        {create.error && !nameError && (
          <Alert color="red" variant="light" role="alert">
            {errorText(create.error, t)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:action.cancel")}
          </Button>
          <Button
            type="submit"
            loading={create.isPending}
            disabled={!name.trim() || labelsProblem(labels) !== null}
          >
            {t("create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
