import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { groupRevisions } from "../../../io/revision-groups";
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
    if (!isUnsaved) void list.refresh();
  }, [list, version, isUnsaved]);

  const groups = useMemo(
    () => groupRevisions(rows.filter((row) => matches(row, filter, me, i18n.language))),
    [rows, filter, me, i18n.language],
  );
  return (
    <>
      {of !== null && <HistoryOf object={of} />}
      <HistoryFilter value={filter} onChange={setFilter} />
      {groups.length > 0 ? (
        <HistoryRows
          key={`${filter.text} ${filter.mine} ${object}`}
          groups={groups}
          newest={object === null ? (rows[0]?.revision ?? 0) : version}
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
