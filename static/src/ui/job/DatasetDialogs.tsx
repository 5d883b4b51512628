import { lazy, Suspense } from "react";
import { useJobSession } from "./jobContext";
import { usePanels } from "./panels";

const ExportDialog = lazy(async () => ({
  default: (await import("../components/ExportDialog")).ExportDialog,
}));
const ImportDialog = lazy(async () => ({
  default: (await import("../components/ImportDialog")).ImportDialog,
}));

/** Export and import of this job's annotations; what was imported shows when the dialog closes. */
export function DatasetDialogs() {
  const { job, autosave } = useJobSession();
  const { dialog, close } = usePanels();
  const closeImport = () => {
    close();
    void autosave.refresh();
  };
  return (
    <Suspense>
      {dialog === "export" && <ExportDialog target="job" id={job.id} opened onClose={close} />}
      {dialog === "import" && (
        <ImportDialog target="job" id={job.id} opened onClose={closeImport} />
      )}
    </Suspense>
  );
}
