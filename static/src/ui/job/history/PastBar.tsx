import { CloseButton, Loader } from "@mantine/core";
import {
  IconArrowBackUp,
  IconChevronLeft,
  IconChevronRight,
  IconEye,
  IconEyeOff,
  IconHistory,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isActionEnabled } from "../../../actions/action";
import { actionById } from "../../../actions/registry";
import type { Past } from "../../../tools/editor";
import { errorText } from "../../components/errorText";
import { RelativeTime } from "../../components/RelativeTime";
import { ActionButton, ActionTooltip } from "../ActionButton";
import { ActionTextButton } from "../ActionTextButton";
import { useActionContext, useJobSession } from "../jobContext";
import { useSignal } from "../useSignal";
import classes from "./Bars.module.css";
import { Legend } from "./Legend";
import { usePersonName } from "./useNames";

/** Says that an earlier revision is shown, what differs from today, and what can be done. */
export function PastBar() {
  const { editor, past } = useJobSession();
  const shown = useSignal(editor.past);
  const failure = useSignal(past.failure);
  const loading = useSignal(past.loading);
  if (failure) return <Failed revision={failure.revision} error={failure.error} />;
  if (shown) return <Shown past={shown} isLoading={loading !== null} />;
  return null;
}

function Shown({ past, isLoading }: { readonly past: Past; readonly isLoading: boolean }) {
  const { t } = useTranslation("history");
  const person = usePersonName();
  const context = useActionContext();
  const { editor, past: view } = context.session;
  useSignal(editor.selection);
  const { revision, row, comparison, marked } = past;
  const replacement = context.session.autosave.replacement();
  const canBringBack = isActionEnabled(actionById("bringBack"), context);
  return (
    <section className={classes.bar} aria-label={t("past.label")} data-testid="past-bar">
      {isLoading ? (
        <Loader size={16} color="gray" className={classes.icon} />
      ) : (
        <IconHistory size={18} stroke={1.7} className={classes.icon} />
      )}
      <div className={classes.text}>
        <div className={classes.title}>{t("revision", { number: revision })}</div>
        <div className={classes.facts}>
          {replacement?.revision === revision + 1 ? (
            t("past.before", { name: person(replacement.owner) })
          ) : row ? (
            <>
              {person(row.owner)} · <RelativeTime date={row.created_date} />
            </>
          ) : (
            t("past.readOnly")
          )}
        </div>
      </div>
      <Legend counts={comparison.counts} isFaint={!marked} />
      <span className={classes.buttons}>
        <ActionButton action="toggleMarks" active={marked}>
          {marked ? <IconEye size={16} stroke={1.6} /> : <IconEyeOff size={16} stroke={1.6} />}
        </ActionButton>
        <ActionButton action="previousDifference" disabled={comparison.frames.length === 0}>
          <IconChevronLeft size={16} stroke={1.6} />
        </ActionButton>
        <ActionButton action="nextDifference" disabled={comparison.frames.length === 0}>
          <IconChevronRight size={16} stroke={1.6} />
        </ActionButton>
        <ActionButton action="bringBack" disabled={!canBringBack}>
          <IconArrowBackUp size={16} stroke={1.6} />
        </ActionButton>
      </span>
      <ActionTextButton action="restoreRevision">{t("past.restore")}</ActionTextButton>
      <ActionTooltip action="cancel" label={t("past.leave")}>
        <CloseButton size="sm" aria-label={t("past.leave")} onClick={() => view.leave()} />
      </ActionTooltip>
    </section>
  );
}

function Failed({ revision, error }: { readonly revision: number; readonly error: unknown }) {
  const { t } = useTranslation("history");
  const { past } = useJobSession();
  return (
    <section className={classes.bar} data-tone="warn" role="alert">
      <IconHistory size={18} stroke={1.7} className={classes.icon} />
      <div className={classes.text}>
        <div className={classes.title}>{t("past.failed", { number: revision })}</div>
        <div className={classes.facts}>{errorText(error, t)}</div>
      </div>
      <CloseButton size="sm" aria-label={t("past.leave")} onClick={() => past.leave()} />
    </section>
  );
}
