import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { groupRevisions, singleRevisions } from "../../../io/revision-groups";
import { RevisionList } from "../../../io/revision-list";
import { useSession } from "../../app/useSession";
import { useJobSession } from "../jobContext";
import { usePanels } from "../panels";
import { useSignal } from "../useSignal";
import { HistoryFilter } from "./HistoryFilter";
import { HistoryOf } from "./HistoryOf";
import { HistoryRows } from "./HistoryRows";
import { HistoryState } from "./HistoryState";
import { EVERYTHING, matches } from "./revisionFilter";

/** Milliseconds without a save after which the list is brought up to date. */
const CALM = 900;

/** Who saved what and when: of the job, or of one object. */
export function HistoryPanel() {
  const { i18n } = useTranslation();
  const { history, server, autosave } = useJobSession();
  const of = usePanels((panels) => panels.historyOf);
  const version = useSignal(autosave.version);
  // An object gets its id when it is saved for the first time.
  const object = of === null ? null : server.formerServerId(of.id.replace(/ now$/, ""));
  const isUnsaved = of !== null && object === null;
  const list = useMemo(
    () => new RevisionList((page) => history.list(page, object)),
    [history, object],
  );
  const { rows, count, loading, error } = useSignal(list.state);
  const me = useSession().id;
  const [filter, setFilter] = useState(EVERYTHING);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is a new row
  useEffect(() => {
    if (isUnsaved) return;
    const isFirst = list.state.value.count === null;
    const timer = window.setTimeout(() => void list.refresh(), isFirst ? 0 : CALM);
    return () => window.clearTimeout(timer);
  }, [list, version, isUnsaved]);

  const isBehind = (rows[0]?.revision ?? 0) > version;
  useEffect(() => {
    // What is listed is on the canvas, too.
    if (isBehind) autosave.look().catch(() => {});
  }, [isBehind, autosave]);

  const groups = useMemo(() => {
    const found = rows.filter((row) => matches(row, filter, me, i18n.language));
    return object === null ? groupRevisions(found) : singleRevisions(found);
  }, [rows, object, filter, me, i18n.language]);
  return (
    <>
      {of !== null && <HistoryOf object={of} />}
      <HistoryFilter value={filter} onChange={setFilter} />
      {groups.length > 0 ? (
        <HistoryRows
          key={`${filter.text} ${filter.mine} ${object}`}
          groups={groups}
          object={of?.id ?? null}
          newest={version}
          isComplete={!list.hasMore}
          onMore={() => list.more()}
        />
      ) : (
        <HistoryState
          isUnsaved={isUnsaved}
          isLoading={!isUnsaved && (loading || count === null)}
          error={error}
          fetched={rows.length}
          hasMore={list.hasMore}
          onMore={() => void list.more()}
          onRetry={() => void list.refresh()}
        />
      )}
    </>
  );
}
