import type { Action } from "./action";
import { drawingActions } from "./drawing-actions";
import { frameActions } from "./frame-actions";
import { generalActions } from "./general-actions";
import { historyActions } from "./history-actions";
import { objectActions } from "./object-actions";
import { trackActions } from "./track-actions";

/** Everything that can be done in the editor, in the order in which help lists it. */
export const ACTIONS: readonly Action[] = [
  ...generalActions,
  ...frameActions,
  ...drawingActions,
  ...objectActions,
  ...trackActions,
  ...historyActions,
];

const byId: ReadonlyMap<string, Action> = new Map(ACTIONS.map((action) => [action.id, action]));

/** @throws if no action has this id. */
export function actionById(id: string): Action {
  const action = byId.get(id);
  if (!action) throw new Error(`There is no action "${id}"`);
  return action;
}
