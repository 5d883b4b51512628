import { Group, Kbd, Tooltip } from "@mantine/core";
import type { ReactElement } from "react";

interface Props {
  label: string;
  /** Keys as they are shown: `C`, `Ctrl Enter`. */
  keys: string;
  children: ReactElement;
}

/** A tooltip that teaches the shortcut of what it describes. */
export function ShortcutTooltip({ label, keys, children }: Props) {
  const content = (
    <Group gap={6} wrap="nowrap">
      {label}
      {keys.split(" ").map((key) => (
        <Kbd key={key} size="xs">
          {key}
        </Kbd>
      ))}
    </Group>
  );
  return <Tooltip label={content}>{children}</Tooltip>;
}
