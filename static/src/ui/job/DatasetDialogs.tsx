import { lazy, Suspense } from "react";
import { cloudOf } from "../../api/storages";
import { useJobSession } from "./jobContext";
import { usePanels } from "./panels";

const ExportDialog = lazy(async () => ({
  default: (await import("../datasets/ExportDialog")).ExportDialog,
}));
const ImportDialog = lazy(async () => ({
  default: (await import("../datasets/ImportDialog")).ImportDialog,
}));

/** Export and import of this job's annotations; what was imported shows when the dialog closes. */
export function DatasetDialogs() {
  const { job, autosave } = useJobSession();
  const { dialog, close, showSide } = usePanels();
  const closeImport = () => {
    close();
    void autosave.refresh();
  };
  const showHistory = () => {
    closeImport();
    showSide("history");
  };
  const whole = { target: "job", id: job.id, dimension: job.dimension } as const;
  return (
    <Suspense>
      {dialog === "export" && (
        <ExportDialog {...whole} storageId={cloudOf(job.target_storage)} opened onClose={close} />
      )}
      {dialog === "import" && (
        <ImportDialog {...whole} opened onClose={closeImport} onHistory={showHistory} />
      )}
    </Suspense>
  );
}
