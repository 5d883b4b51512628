import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DatasetTarget } from "../../api/types";
import { ImportForm } from "./ImportForm";

interface Props {
  target: DatasetTarget;
  id: number;
  /** `2d` or `3d`; null if that is not known yet. */
  dimension: string | null;
  opened: boolean;
  onClose: () => void;
}

/** Imports annotations (a project: a dataset) from a file. */
export function ImportDialog({ opened, ...form }: Props) {
  const { t } = useTranslation("datasets");
  const { target, id, onClose } = form;
  const title = t("import.title", { context: target, id });
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={560}>
      <ImportForm {...form} />
    </Modal>
  );
}
