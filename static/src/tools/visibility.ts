import type { FrameObject } from "../document/frame-object";
import type { RecordId } from "../document/records";
import { Signal } from "../document/signal";

/** What this person hides and locks on this screen; not part of the annotations. */
export class Visibility {
  readonly hidden = new Signal<ReadonlySet<RecordId>>(new Set());
  readonly locked = new Signal<ReadonlySet<RecordId>>(new Set());
  readonly hiddenLabels = new Signal<ReadonlySet<number>>(new Set());
  readonly lockedLabels = new Signal<ReadonlySet<number>>(new Set());

  subscribe(listener: () => void): () => void {
    const signals = [this.hidden, this.locked, this.hiddenLabels, this.lockedLabels];
    const stops = signals.map((signal) => signal.subscribe(listener));
    return () => {
      for (const stop of stops) stop();
    };
  }

  isHidden({ id, labelId }: FrameObject): boolean {
    return this.hidden.value.has(id) || this.hiddenLabels.value.has(labelId);
  }

  isLocked({ id, labelId }: FrameObject): boolean {
    return this.locked.value.has(id) || this.lockedLabels.value.has(labelId);
  }
}

export function toggled<T>(set: ReadonlySet<T>, items: Iterable<T>, on: boolean): ReadonlySet<T> {
  const next = new Set(set);
  for (const item of items) {
    if (on) next.add(item);
    else next.delete(item);
  }
  return next;
}
