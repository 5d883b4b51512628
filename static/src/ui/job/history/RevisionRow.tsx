import { Loader, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { isUnseen } from "../../../document/wire";
import { RelativeTime } from "../../components/RelativeTime";
import { useMessage } from "../../revisions/useMessage";
import { Counts } from "./Counts";
import classes from "./History.module.css";
import type { DatedRow } from "./rows";
import { useClientName, usePersonName } from "./useNames";

interface Props {
  readonly row: DatedRow;
  /** It is what the job holds now. */
  readonly isNewest: boolean;
  /** It is what the canvas shows. */
  readonly isShown: boolean;
  readonly isLoading: boolean;
  onShow(): void;
  onToggle(wanted: boolean): void;
}

/** One save: who, when, with what, how much. A stretch of saves can be opened. */
export function RevisionRow({ row, isNewest, isShown, isLoading, onShow, onToggle }: Props) {
  const { t } = useTranslation("history");
  const person = usePersonName();
  const program = useClientName();
  const message = useMessage("job");
  const { revision, group, isOpen, isPart, day } = row;
  const counts = group ?? revision;
  const onKey = ({ key }: KeyboardEvent) => {
    if (key === "ArrowRight") onToggle(true);
    if (key === "ArrowLeft") onToggle(false);
  };
  return (
    <>
      {day && <h3 className={classes.day}>{day}</h3>}
      <div
        className={classes.row}
        data-shown={(isShown && !isOpen) || undefined}
        data-part={isPart || undefined}
        data-warn={revision.replaced || undefined}
      >
        <button
          type="button"
          role="option"
          className={classes.show}
          aria-selected={isShown && !isOpen}
          data-revision={revision.revision}
          onClick={isOpen ? () => onToggle(false) : onShow}
          onKeyDown={onKey}
        >
          <span className={classes.line}>
            <span className={classes.person}>
              {isPart ? t("revision", { number: revision.revision }) : person(revision.owner)}
            </span>
            {isLoading && <Loader size={11} color="gray" />}
            {isNewest && !isOpen && <span className={classes.current}>{t("current")}</span>}
            <span className={classes.time}>
              <RelativeTime date={revision.created_date} />
            </span>
          </span>
          <span className={classes.line}>
            <Tooltip label={revision.client} disabled={isPart || revision.client.length < 24}>
              <span className={classes.client}>
                {!isPart && program(revision.client)}
                {group && ` · ${t("saves", { count: group.revisions.length })}`}
              </span>
            </Tooltip>
            <Counts {...counts} />
          </span>
          {revision.replaced && (
            <span className={classes.warning}>
              <IconAlertTriangle size={13} stroke={1.8} />
              {t(isUnseen(revision) ? "overwrote" : "replaced")}
            </span>
          )}
          {revision.message && <span className={classes.message}>{message(revision.message)}</span>}
        </button>
        {group && (
          <button
            type="button"
            className={classes.toggle}
            tabIndex={-1}
            aria-expanded={isOpen}
            aria-label={t(isOpen ? "collapse" : "expand", { count: group.revisions.length })}
            onClick={() => onToggle(!isOpen)}
          >
            {isOpen ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
          </button>
        )}
      </div>
    </>
  );
}
