import { compare } from "../document/comparison";
import { isEqual } from "../document/equality";
import type { FrameObject } from "../document/frame-object";
import type { AnnotationRecord, RecordId } from "../document/records";
import { Signal } from "../document/signal";
import type { WireRevision } from "../document/wire";
import type { Editor } from "../tools/editor";
import type { Toolbox } from "../tools/toolbox";
import type { Autosave } from "./autosave";
import type { JobHistory } from "./job-history";
import type { ServerState } from "./server-state";

/** What a revision that cannot be shown answers. */
export interface PastFailure {
  readonly revision: number;
  readonly error: unknown;
}

interface Parts {
  readonly history: JobHistory;
  readonly editor: Editor;
  readonly toolbox: Toolbox;
  readonly autosave: Autosave;
  readonly server: ServerState;
}

/** Shows earlier revisions in the editor, for reading only, and brings them back. */
export class PastView {
  /** The revision that was asked for and is not there yet. */
  readonly loading = new Signal<number | null>(null);
  readonly failure = new Signal<PastFailure | null>(null);
  private earlier: readonly AnnotationRecord[] = [];
  private readonly stopWatching: () => void;

  constructor(private readonly parts: Parts) {
    // Others go on working while an earlier revision is looked at.
    this.stopWatching = parts.editor.document.subscribe(() => this.compareAgain());
  }

  close(): void {
    this.stopWatching();
  }

  /** Shows the annotations as they were after a revision, beside what they are now. */
  async show(revision: number, row: WireRevision | null = null): Promise<void> {
    const { editor, history, toolbox, server } = this.parts;
    this.failure.value = null;
    this.loading.value = revision;
    try {
      const wire = await history.annotations(revision);
      if (this.loading.value !== revision) return;
      if (editor.past.value === null) toolbox.use("select");
      this.earlier = server.recordsOf(wire);
      const marked = editor.past.value?.marked ?? true;
      const comparison = compare(this.earlier, editor.document);
      editor.lookAt({ revision, row, comparison, marked });
    } catch (error) {
      if (this.loading.value === revision) this.failure.value = { revision, error };
    } finally {
      if (this.loading.value === revision) this.loading.value = null;
    }
  }

  /** Back to the present; false if that is where we are. */
  leave(): boolean {
    const isAway = this.parts.editor.past.value !== null || this.loading.value !== null;
    this.loading.value = null;
    this.failure.value = null;
    this.earlier = [];
    this.parts.editor.lookAt(null);
    return isAway;
  }

  showMarks(marked: boolean): void {
    const { editor } = this.parts;
    if (editor.past.value) editor.lookAt({ ...editor.past.value, marked });
  }

  /** Brings objects back to how they are shown, as a step that can be undone. */
  bringBack(objects: readonly FrameObject[]): void {
    const { editor } = this.parts;
    const marks = editor.past.value?.comparison.marks;
    const wanted = objects.filter(({ id }) => ["gone", "changed"].includes(marks?.get(id) ?? ""));
    this.leave();
    const changes = wanted.map(({ id, record }) => [id, record] as [RecordId, AnnotationRecord]);
    editor.history.run("bringBack", editor.frame.value, changes);
    editor.select(changes.map(([id]) => id));
  }

  /**
   * Makes an earlier revision what the job holds; gives the revision that the job had before, so
   * that it can be taken back.
   *
   * @param kept objects that stay as they are here whatever the revision says of them.
   * @throws {ApiError} if the server refuses: 409 if somebody saved meanwhile.
   */
  async restore(revision: number, kept: Iterable<RecordId> = []): Promise<number> {
    const { autosave, history, editor } = this.parts;
    await autosave.flush();
    const records = [...kept].map((id): [RecordId, AnnotationRecord | null] => [
      id,
      editor.document.get(id),
    ]);
    const before = autosave.version.value;
    await history.restore(revision, before);
    this.leave();
    await autosave.refresh();
    const lost = records.filter(([id, record]) => !isEqual(record, editor.document.get(id)));
    if (lost.length > 0) editor.history.run("bringBack", editor.frame.value, lost);
    return before;
  }

  private compareAgain(): void {
    const { editor } = this.parts;
    const past = editor.past.value;
    if (past) editor.lookAt({ ...past, comparison: compare(this.earlier, editor.document) });
  }
}
