import { useHotkeys } from "@mantine/hooks";

/**
 * Keys of a page that act while nothing is being typed: `["c", create]`. By physical key, so that
 * they are where they are on a keyboard with another layout than Latin.
 */
export function useShortcuts(shortcuts: readonly (readonly [keys: string, run: () => void])[]) {
  useHotkeys(
    shortcuts.map(([keys, run]) => [keys, run, { usePhysicalKeys: true, preventDefault: true }]),
  );
}
