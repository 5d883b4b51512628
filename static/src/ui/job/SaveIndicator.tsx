import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconGitMerge,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SaveState } from "../../io/autosave";
import { ActionTooltip } from "./ActionButton";
import { useJobSession } from "./jobContext";
import classes from "./TopBar.module.css";
import { useSignal } from "./useSignal";

const ICONS = {
  saved: IconCloudCheck,
  unsaved: IconCloudUp,
  saving: IconCloudUp,
  offline: IconCloudOff,
  refused: IconAlertTriangle,
} as const;

const TONES: Partial<Record<SaveState["name"], string>> = { offline: "warn", refused: "error" };

/** Whether the server has everything; a click saves now. */
export function SaveIndicator() {
  const { t } = useTranslation("job");
  const { autosave } = useJobSession();
  const state = useSignal(autosave.state);
  const clashes = useSignal(autosave.clashes);
  const clashing = state.name === "saved" && clashes.length > 0;
  const Icon = clashing ? IconGitMerge : ICONS[state.name];
  const count = "count" in state ? state.count : 0;
  const text = clashing
    ? t("save.conflict", { count: clashes.length })
    : t(`save.${state.name}`, { count });
  return (
    <ActionTooltip action="save">
      <button
        type="button"
        className={classes.save}
        data-tone={clashing ? "warn" : TONES[state.name]}
        data-state={state.name}
        data-testid="save-state"
        title={state.name === "refused" ? state.message : undefined}
        onClick={() => void autosave.flush()}
        aria-live="polite"
      >
        <Icon size={16} stroke={1.6} />
        {text}
      </button>
    </ActionTooltip>
  );
}
