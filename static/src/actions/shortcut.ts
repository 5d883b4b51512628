import type { Action, ActionContext, Shortcut } from "./action";
import { isActionEnabled } from "./action";

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

const CONTROL_KEYS = /^(Space|Enter|Tab|Home|End|Arrow\w+)$/;

/** Keys typed into a field belong to the field, and keys that work a control to the control. */
function belongsElsewhere({ target, code }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("textarea, select")) return true;
  if (target instanceof HTMLInputElement && !["checkbox", "radio"].includes(target.type)) {
    return true;
  }
  const control = target.closest("button, a, input, [role=tab], [role=menuitem], [role=menu]");
  return control !== null && CONTROL_KEYS.test(code);
}

/** Runs the action whose shortcut was pressed. Returns a function that stops listening. */
export function listenToKeyboard(
  actions: readonly Action[],
  context: ActionContext,
  isSuspended: () => boolean,
): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (belongsElsewhere(event) || isSuspended()) return;
    const meant = actions.filter(({ shortcuts }) =>
      shortcuts.some((shortcut) => matches(event, shortcut)),
    );
    const action = meant.find((candidate) => isActionEnabled(candidate, context));
    // Where nothing can be taken back, the browser would undo what was typed into some field.
    if (action || meant.some(({ edits }) => edits)) event.preventDefault();
    if (!action) return;
    if (event.repeat && !action.repeats) return;
    action.run(context);
  };
  // Before what is open: a tooltip would keep Escape to itself, wherever the pointer happens to rest.
  window.addEventListener("keydown", onKey, { capture: true });
  return () => window.removeEventListener("keydown", onKey, { capture: true });
}
