import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { formatsQuery, importEndpoint, type StoredFile, startReading } from "../../api/datasets";
import { statisticsQuery } from "../../api/statistics";
import type { DatasetTarget } from "../../api/types";
import { uploadDataset } from "../../io/upload-dataset";
import { useBackgroundWork } from "../components/useBackgroundWork";
import { formatsOf } from "./formatCatalogue";
import { guessFormat } from "./guessFormat";
import type { ImportMode } from "./ModeChoice";
import { NO_SOURCE, type SourceChoice, sourceOf } from "./SourceFields";
import { rememberFormat } from "./usedFormats";

interface Order {
  options: Record<string, string>;
  source: File | StoredFile;
}

/** What is chosen for an import, and the import itself. */
export function useImport(target: DatasetTarget, id: number, dimension: string | null) {
  const queryClient = useQueryClient();
  const all = useQuery(formatsQuery);
  const formats = useMemo(
    () => formatsOf(all.data?.importers ?? [], dimension),
    [all.data, dimension],
  );
  const [format, setFormat] = useState<string | null>(null);
  const [isGuess, setIsGuess] = useState(false);
  const [mode, setMode] = useState<ImportMode>("replace");
  const [asPolygons, setAsPolygons] = useState(true);
  const [source, setSource] = useState(NO_SOURCE);
  const [replaced, setReplaced] = useState<number | null>(null);
  const latest = useRef<File>(null);
  const endpoint = importEndpoint(target, id);
  const work = useBackgroundWork((order: Order, { signal, onSent }) =>
    order.source instanceof File
      ? uploadDataset({ endpoint, options: order.options, file: order.source }, onSent, signal)
      : startReading(endpoint, order.options, order.source),
  );
  const busy = work.isSending || work.isRunning;
  const given = sourceOf(source);

  /** A format that somebody has chosen stays. */
  async function guessBy(file: File | null) {
    latest.current = file;
    if (!file || (format && !isGuess)) return;
    // Who is quick has the file before the formats are there.
    const known = await queryClient.ensureQueryData(formatsQuery).catch(() => null);
    const guess = known && (await guessFormat(file, formatsOf(known.importers, dimension)));
    if (latest.current !== file) return;
    setFormat(guess);
    setIsGuess(guess !== null);
  }

  function begin() {
    if (!format || !given) return;
    setReplaced(null);
    rememberFormat("import", format);
    const options = {
      format,
      conv_mask_to_poly: String(asPolygons),
      ...(target !== "project" && { import_mode: mode }),
    };
    work.start({ options, source: given });
  }

  return {
    formats,
    formatsError: all.error,
    format,
    isGuess,
    mode,
    asPolygons,
    source,
    /** How many objects the import is about to replace, until that is confirmed. */
    replaced,
    work,
    busy,
    isReady: format !== null && given !== null,
    setAsPolygons,
    setFormat(name: string) {
      latest.current = null;
      setFormat(name);
      setIsGuess(false);
    },
    setMode(chosen: ImportMode) {
      setMode(chosen);
      setReplaced(null);
    },
    setSource(change: Partial<SourceChoice>) {
      setSource({ ...source, ...change });
      setReplaced(null);
      if (change.file !== undefined) void guessBy(change.file);
    },
    keep: () => setReplaced(null),
    begin,
    /** Begins, or finds out first what would be replaced. */
    async submit() {
      if (busy || replaced !== null) return;
      if (target === "project" || mode === "append") return begin();
      const options = { ...statisticsQuery({ kind: target, id }), staleTime: 0 };
      // Where the number cannot be had, the import says what is wrong.
      const present = await queryClient.fetchQuery(options).catch(() => null);
      if (present?.total.objects) setReplaced(present.total.objects);
      else begin();
    },
    /** Back to the choices, for another file. */
    again() {
      work.reset();
      setSource({ ...source, file: null, path: "" });
    },
  };
}
