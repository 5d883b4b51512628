import type { Change, Diff } from "../document/diff";
import { carryOver, compose, EMPTY_DIFF, invert, isEmptyDiff } from "../document/diff";
import type { AnnotationDocument } from "../document/document";
import { isEqual } from "../document/equality";
import type { AnnotationRecord, RecordId } from "../document/records";

/** What a step did, for menus: a translation key under `history`. */
export type StepName =
  | "create"
  | "delete"
  | "move"
  | "resize"
  | "rotate"
  | "reshape"
  | "label"
  | "attribute"
  | "property"
  | "keyframe"
  | "paste"
  | "order"
  | "choose"
  | "bringBack";

interface Step {
  readonly name: StepName;
  readonly diff: Diff;
  /** The frame that was shown, so that undo can show it again. */
  readonly frame: number;
}

type CommitListener = (diff: Diff) => void;

const LIMIT = 2000;

/**
 * Undo and redo over a document. A gesture is `begin`, any number of `set`, then `commit` or
 * `bail`; it is one step whatever it did on the way. Committed diffs, undone ones included,
 * reach the commit listeners: they are what must be saved.
 */
export class History {
  private undoStack: Step[] = [];
  private redoStack: Step[] = [];
  private open: { readonly name: StepName; readonly frame: number } | null = null;
  private pending: Diff = EMPTY_DIFF;
  private isSealed = false;
  private readonly commitListeners = new Set<CommitListener>();

  constructor(private readonly document: AnnotationDocument) {}

  get isOpen(): boolean {
    return this.open !== null;
  }

  /** Nothing can be edited or taken back, as while an earlier revision is looked at. */
  get sealed(): boolean {
    return this.isSealed;
  }

  /** An open gesture ends as it is. */
  seal(sealed: boolean): void {
    if (sealed) this.commit();
    this.isSealed = sealed;
  }

  get undoName(): StepName | null {
    return this.undoStack.at(-1)?.name ?? null;
  }

  get redoName(): StepName | null {
    return this.redoStack.at(-1)?.name ?? null;
  }

  onCommit(listener: CommitListener): () => void {
    this.commitListeners.add(listener);
    return () => this.commitListeners.delete(listener);
  }

  begin(name: StepName, frame: number): void {
    if (this.sealed) return;
    if (this.open) this.commit();
    this.open = { name, frame };
  }

  /** Puts, replaces or (null) removes one object within the open gesture. */
  set(id: RecordId, after: AnnotationRecord | null): void {
    if (this.sealed) return;
    if (!this.open) throw new Error("An edit needs an open gesture");
    const diff: Diff = { [id]: { before: this.document.get(id), after } };
    this.pending = compose(this.pending, diff);
    this.document.apply(diff);
  }

  /** Ends the gesture as one step; nothing is recorded if it changed nothing in the end. */
  commit(): void {
    const [step, diff] = [this.open, this.pending];
    this.open = null;
    this.pending = EMPTY_DIFF;
    if (!step || isEmptyDiff(diff)) return;
    this.undoStack.push({ ...step, diff });
    if (this.undoStack.length > LIMIT) this.undoStack.shift();
    this.redoStack = [];
    this.announce(diff);
  }

  /** Ends the gesture as though it had never begun. */
  bail(): void {
    const diff = this.pending;
    this.open = null;
    this.pending = EMPTY_DIFF;
    if (!isEmptyDiff(diff)) this.document.apply(invert(diff));
  }

  /** One step in one call. */
  run(name: StepName, frame: number, changes: Iterable<[RecordId, AnnotationRecord | null]>): void {
    this.begin(name, frame);
    for (const [id, after] of changes) this.set(id, after);
    this.commit();
  }

  /** Takes the last step back; gives the frame it was made on, or null if there is none. */
  undo(): number | null {
    return this.move(this.undoStack, this.redoStack, ({ diff }) => invert(diff));
  }

  redo(): number | null {
    return this.move(this.redoStack, this.undoStack, ({ diff }) => diff);
  }

  /** Steps of which others have left nothing are passed over: a key press is seen to do something. */
  private move(from: Step[], to: Step[], change: (step: Step) => Diff): number | null {
    if (this.sealed) return null;
    if (this.open) this.bail();
    for (let step = from.pop(); step; step = from.pop()) {
      to.push(step);
      if (this.replay(change(step))) return step.frame;
    }
    return null;
  }

  /** Objects may have changed since, by others: what they did stays. False if nothing was left. */
  private replay(diff: Diff): boolean {
    const actual: Record<RecordId, Change> = {};
    for (const [id, change] of Object.entries(diff)) {
      const before = this.document.get(id);
      const after = carryOver(change, before);
      if (!isEqual(before, after)) actual[id] = { before, after };
    }
    if (isEmptyDiff(actual)) return false;
    this.document.apply(actual);
    this.announce(actual);
    return true;
  }

  private announce(diff: Diff): void {
    for (const listener of this.commitListeners) listener(diff);
  }
}
