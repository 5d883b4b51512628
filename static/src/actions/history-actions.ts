import type { Action, ActionContext } from "./action";
import { goToNearest, meant } from "./frame-actions";

const isInThePast = ({ session }: ActionContext) => session.editor.past.value !== null;

export const historyActions: readonly Action[] = [
  {
    id: "history",
    group: "history",
    shortcuts: [{ code: "KeyH", shift: true }],
    run: ({ page }) => page.openHistory(null),
  },
  {
    id: "objectHistory",
    group: "history",
    shortcuts: [{ code: "KeyH", alt: true, shift: true }],
    isEnabled: (context) => meant(context).length === 1,
    run: (context) => context.page.openHistory(meant(context)[0] ?? null),
  },
  {
    id: "nextDifference",
    group: "history",
    shortcuts: [{ code: "KeyF", shift: true }],
    isEnabled: isInThePast,
    run: (context) => goToDifference(context, 1),
  },
  {
    id: "previousDifference",
    group: "history",
    shortcuts: [{ code: "KeyD", shift: true }],
    isEnabled: isInThePast,
    run: (context) => goToDifference(context, -1),
  },
  {
    id: "toggleMarks",
    group: "history",
    shortcuts: [{ code: "KeyM", shift: true }],
    isEnabled: isInThePast,
    run: ({ session: { editor, past } }) => past.showMarks(!editor.past.value?.marked),
  },
  {
    id: "bringBack",
    group: "history",
    shortcuts: [{ code: "KeyB", shift: true }],
    isEnabled: (context) => isInThePast(context) && canBringBack(context),
    run: (context) => context.session.past.bringBack(meant(context)),
  },
  {
    id: "restoreRevision",
    group: "history",
    shortcuts: [],
    isEnabled: isInThePast,
    run: ({ page }) => page.askToRestore(),
  },
];

function goToDifference({ session }: ActionContext, direction: 1 | -1): void {
  const frames = session.editor.past.value?.comparison.frames ?? [];
  goToNearest(session, frames, direction);
}

function canBringBack(context: ActionContext): boolean {
  const marks = context.session.editor.past.value?.comparison.marks;
  return meant(context).some(({ id }) => ["gone", "changed"].includes(marks?.get(id) ?? ""));
}
