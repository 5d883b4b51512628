import { ActionIcon, Group, Kbd, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isActionEnabled } from "../../actions/action";
import { actionById } from "../../actions/registry";
import { shortcutText } from "../../actions/shortcut";
import classes from "./ActionButton.module.css";
import { useActionContext } from "./jobContext";
import { useSignal } from "./useSignal";

interface Props {
  readonly action: string;
  readonly children: ReactNode;
  /** Pressed, for actions that switch something on and off. */
  readonly active?: boolean;
  readonly disabled?: boolean;
  readonly size?: number;
  readonly position?: "bottom" | "top" | "right" | "left";
}

/** A button for an action: its tooltip names it and teaches its shortcut. */
export function ActionButton({
  action,
  children,
  active,
  disabled,
  size,
  position = "bottom",
}: Props) {
  const { t } = useTranslation("job");
  const context = useActionContext();
  const definition = actionById(action);
  useSignal(context.session.editor.past);
  const off = disabled ?? !isActionEnabled(definition, context);
  return (
    <ActionTooltip action={action} position={position}>
      <ActionIcon
        variant={active ? "light" : "subtle"}
        color={active ? "sky" : "gray"}
        size={size ?? 30}
        aria-label={t(`actions.${action}`)}
        aria-pressed={active}
        data-action={action}
        className={classes.button}
        aria-disabled={off}
        // The focus stays on the surface, so that the next key is a shortcut and not the button's.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => !off && definition.run(context)}
      >
        {children}
      </ActionIcon>
    </ActionTooltip>
  );
}

interface TooltipProps {
  readonly action: string;
  readonly position?: "bottom" | "top" | "right" | "left";
  /** Instead of the action's own name. */
  readonly label?: string;
  readonly children: ReactNode;
}

export function ActionTooltip({ action, position = "bottom", label, children }: TooltipProps) {
  const { t } = useTranslation("job");
  const [shortcut] = actionById(action).shortcuts;
  const content = (
    <Group gap={6} wrap="nowrap">
      {label ?? t(`actions.${action}`)}
      {shortcut && <Kbd size="xs">{shortcutText(shortcut)}</Kbd>}
    </Group>
  );
  return (
    <Tooltip label={content} position={position}>
      {children}
    </Tooltip>
  );
}
