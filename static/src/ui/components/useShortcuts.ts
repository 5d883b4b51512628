import { useHotkeys } from "@mantine/hooks";

/** Fields that keys are typed into; a checkbox is none, though it is an input. */
const TYPED_INTO =
  "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";

function isForPage({ target }: KeyboardEvent): boolean {
  const isTyping = target instanceof Element && target.matches(TYPED_INTO);
  return !isTyping && document.querySelector("[aria-modal=true]") === null;
}

/**
 * Keys of a page that act while nothing is being typed and no dialog is open: `["c", create]`. By
 * physical key, so that they are where they are on a keyboard with another layout than Latin.
 */
export function useShortcuts(shortcuts: readonly (readonly [keys: string, run: () => void])[]) {
  useHotkeys(
    shortcuts.map(([keys, run]) => [
      keys,
      (event) => {
        if (!isForPage(event)) return;
        event.preventDefault();
        run();
      },
      { usePhysicalKeys: true, preventDefault: false },
    ]),
    [],
  );
}
