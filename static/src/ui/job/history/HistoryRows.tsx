import { Button, Loader } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { viewOnFrame } from "../../../document/frame-object";
import type { RecordId } from "../../../document/records";
import type { WireRevision } from "../../../document/wire";
import type { JobSession } from "../../../io/job-session";
import type { RevisionGroup } from "../../../io/revision-groups";
import { useJobSession } from "../jobContext";
import { useSignal } from "../useSignal";
import classes from "./History.module.css";
import { RevisionRow } from "./RevisionRow";
import type { DatedRow } from "./rows";
import { datedRows } from "./rows";

interface Props {
  /** The object whose history it is; null where it is that of the job. */
  readonly object: RecordId | null;
  readonly groups: readonly RevisionGroup[];
  /** The revision that the job has now. */
  readonly newest: number;
  readonly isComplete: boolean;
  onMore(): Promise<void>;
}

/** Pages fetched without being asked for, so that a long history is not read through unseen. */
const PAGES_AT_ONCE = 4;
const REST = "button[data-revision]";

/** The revisions under the days on which they were made. */
export function HistoryRows({ object, groups, newest, isComplete, onMore }: Props) {
  const { t, i18n } = useTranslation("history");
  const session = useJobSession();
  const { past, editor } = session;
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const shown = useSignal(editor.past)?.revision ?? newest;
  const loading = useSignal(past.loading);
  const now = useMinute();
  const rows = useMemo(
    () => datedRows(groups, open, i18n.language, now),
    [groups, open, i18n.language, now],
  );
  const show = async (row: WireRevision) => {
    if (row.revision === newest) past.leave();
    else await past.show(row.revision, row);
    if (object !== null) await pointOut(session, object);
  };
  const toggle = ({ group }: DatedRow, wanted: boolean) => {
    const key = group?.revisions.at(-1)?.revision;
    if (key === undefined) return;
    const next = new Set(open);
    if (wanted) next.add(key);
    else next.delete(key);
    setOpen(next);
  };
  return (
    <div
      className={classes.list}
      role="listbox"
      aria-label={t("title")}
      tabIndex={-1}
      onKeyDown={moveFocus}
    >
      {rows.map((row) => (
        <RevisionRow
          key={row.key}
          row={row}
          isNewest={row.revision.revision === newest}
          isShown={row.revision.revision === shown}
          isLoading={row.revision.revision === loading}
          onShow={() => void show(row.revision)}
          onToggle={(wanted) => toggle(row, wanted)}
        />
      ))}
      {!isComplete && <Older onMore={onMore} />}
    </div>
  );
}

/** Fetches older revisions when the end of the list comes into sight. */
function Older({ onMore }: { onMore(): Promise<void> }) {
  const { t } = useTranslation("history");
  const element = useRef<HTMLDivElement>(null);
  const [pages, setPages] = useState(0);
  const [loading, setLoading] = useState(false);
  const more = useRef(onMore);
  more.current = onMore;
  useEffect(() => {
    const end = element.current;
    if (!end || pages >= PAGES_AT_ONCE) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      observer.disconnect();
      setLoading(true);
      void more.current().finally(() => {
        setLoading(false);
        setPages((count) => count + 1);
      });
    });
    observer.observe(end);
    return () => observer.disconnect();
  }, [pages]);
  return (
    <div ref={element} className={classes.older}>
      {loading || pages < PAGES_AT_ONCE ? (
        <Loader size={14} color="gray" />
      ) : (
        <Button variant="subtle" color="gray" onClick={() => setPages(0)}>
          {t("older")}
        </Button>
      )}
    </div>
  );
}

/** Selects an object where it is in what is shown, and goes to its frame if it is on another. */
async function pointOut(session: JobSession, id: RecordId): Promise<void> {
  const { editor } = session;
  const document = editor.past.value?.comparison.document ?? editor.document;
  const record = document.get(id);
  if (!record) return;
  if (viewOnFrame(record, session.target.value) === null) await session.goTo(record.frame);
  editor.select([id]);
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(REST)];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  event.preventDefault();
  next?.focus();
}

/** The time of now, by the minute, so that what is relative to it stays true. */
function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(new Date()), 60_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
