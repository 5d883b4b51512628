import { useTranslation } from "react-i18next";
import type { DatasetTarget } from "../../api/types";
import { WorkDialog } from "../components/WorkDialog";
import { ImportForm } from "./ImportForm";

interface Props {
  target: DatasetTarget;
  id: number;
  /** `2d` or `3d`; null if that is not known yet. */
  dimension: string | null;
  opened: boolean;
  onClose: () => void;
  /** Leads to where the state before can be brought back from, if there is such a place. */
  onHistory?: () => void;
}

/** Imports annotations (a project: a dataset) from a file. */
export function ImportDialog({ opened, ...form }: Props) {
  const { t } = useTranslation("datasets");
  const { target, id, onClose } = form;
  const title = t("import.title", { context: target, id });
  return (
    <WorkDialog opened={opened} onClose={onClose} title={title}>
      <ImportForm {...form} />
    </WorkDialog>
  );
}
