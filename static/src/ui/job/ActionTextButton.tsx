import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { actionById } from "../../actions/registry";
import { ActionTooltip } from "./ActionButton";
import { useActionContext } from "./jobContext";

interface Props {
  readonly action: string;
  readonly children: ReactNode;
}

/** A button with words for an action. */
export function ActionTextButton({ action, children }: Props) {
  const context = useActionContext();
  return (
    <ActionTooltip action={action}>
      <Button
        size="compact-sm"
        variant="default"
        // The focus stays on the surface, so that the next key is a shortcut and not the button's.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => actionById(action).run(context)}
      >
        {children}
      </Button>
    </ActionTooltip>
  );
}
