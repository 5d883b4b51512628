import type { Action, ActionContext, Shortcut } from "./action";

const CODE_NAMES: Readonly<Record<string, string>> = {
  BracketLeft: "[",
  BracketRight: "]",
  Minus: "−",
  Equal: "+",
  Comma: ",",
  Period: ".",
  Slash: "/",
  Backquote: "`",
  Escape: "Esc",
  Delete: "Del",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
};

/** How a shortcut is written for people: Ctrl+Shift+Z. */
export function shortcutText({ code, ctrl, shift, alt }: Shortcut): string {
  const key = CODE_NAMES[code] ?? code.replace(/^(Key|Digit|Numpad)/, "");
  return [ctrl && "Ctrl", alt && "Alt", shift && "Shift", key].filter(Boolean).join("+");
}

export function matches(event: KeyboardEvent, { code, ctrl, shift, alt }: Shortcut): boolean {
  return (
    event.code === code &&
    (event.ctrlKey || event.metaKey) === (ctrl ?? false) &&
    event.shiftKey === (shift ?? false) &&
    event.altKey === (alt ?? false)
  );
}

/** Keys typed into a field belong to the field. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLInputElement && !["checkbox", "radio", "range"].includes(target.type)
  );
}

/** Runs the action whose shortcut was pressed. Returns a function that stops listening. */
export function listenToKeyboard(
  actions: readonly Action[],
  context: ActionContext,
  isSuspended: () => boolean,
): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (isTyping(event.target) || isSuspended()) return;
    const action = actions.find(
      (candidate) =>
        candidate.shortcuts.some((shortcut) => matches(event, shortcut)) &&
        (candidate.isEnabled?.(context) ?? true),
    );
    if (!action) return;
    event.preventDefault();
    if (event.repeat && !action.repeats) return;
    action.run(context);
  };
  window.addEventListener("keydown", onKey);
  return () => window.removeEventListener("keydown", onKey);
}
