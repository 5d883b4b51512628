import type { Comparison, Mark } from "../document/comparison";
import type { AnnotationDocument } from "../document/document";
import { withLabel } from "../document/edits";
import type { FrameObject } from "../document/frame-object";
import { objectsOnFrame } from "../document/frame-object";
import type { Label, LabelCatalogue } from "../document/labels";
import type { AnnotationRecord, RecordId } from "../document/records";
import { Signal } from "../document/signal";
import type { WireRevision } from "../document/wire";
import type { Point } from "../geometry/point";
import type { Size, View } from "../geometry/view";
import { fitImage } from "../geometry/view";
import type { StepName } from "../history/history";
import { History } from "../history/history";
import { HitIndex } from "./hit-test";
import type { Preview, Tool } from "./tool";
import { Visibility } from "./visibility";

/** What the next drawn object will be. */
export interface DrawingOptions {
  readonly labelId: number | null;
  readonly mode: "shape" | "track";
  /** Stay in the tool after an object is drawn. */
  readonly continuous: boolean;
}

export interface FrameRange {
  readonly start: number;
  /** Inclusive. */
  readonly stop: number;
}

/** An earlier revision that is looked at instead of the present. */
export interface Past {
  readonly revision: number;
  /** What its history says of it, where that is known. */
  readonly row: WireRevision | null;
  readonly comparison: Comparison;
  /** Whether what differs from today is marked. */
  readonly marked: boolean;
}

const NO_IMAGE: Size = { width: 0, height: 0 };
const HIT_TOLERANCE = 6;

/** The state that tools act upon and that renderers and panels watch. */
export class Editor {
  readonly history: History;
  readonly visibility = new Visibility();
  readonly frame: Signal<number>;
  readonly image = new Signal<Size>(NO_IMAGE);
  readonly surface = new Signal<Size>(NO_IMAGE);
  readonly view = new Signal<View>({ scale: 1, x: 0, y: 0 });
  readonly objects = new Signal<readonly FrameObject[]>([]);
  readonly selection = new Signal<ReadonlySet<RecordId>>(new Set());
  readonly hovered = new Signal<RecordId | null>(null);
  readonly tool = new Signal<Tool | null>(null);
  readonly preview = new Signal<Preview | null>(null);
  readonly pointer = new Signal<Point | null>(null);
  readonly cursor = new Signal("default");
  readonly drawing: Signal<DrawingOptions>;
  /** Counts document changes; panels that show the whole document watch it. */
  readonly revision = new Signal(0);
  /** The vertex of the selected path that Delete means, if the pointer is on one. */
  readonly activeVertex = new Signal<number | null>(null);
  /** While it is set, nothing can be edited. */
  readonly past = new Signal<Past | null>(null);
  private hits: HitIndex | null = null;

  constructor(
    readonly document: AnnotationDocument,
    readonly labels: LabelCatalogue,
    readonly range: FrameRange,
  ) {
    this.history = new History(document);
    this.frame = new Signal(range.start);
    const labelId = labels.labels.find(({ type }) => type !== "tag")?.id ?? null;
    this.drawing = new Signal<DrawingOptions>({ labelId, mode: "shape", continuous: false });
    document.subscribe(() => {
      // What is looked at instead follows by itself.
      if (!this.past.value) this.refresh();
    });
    this.visibility.subscribe(() => this.refresh());
    this.refresh();
  }

  /** Shows another frame of the job; frames beyond its ends become the nearest one. */
  showFrame(frame: number): void {
    const next = Math.min(this.range.stop, Math.max(this.range.start, Math.round(frame)));
    if (next === this.frame.value) return;
    this.tool.value?.cancel();
    this.history.commit();
    this.hovered.value = null;
    this.frame.value = next;
    this.refresh();
  }

  /** Shows an earlier revision, for reading only; with null, the present again. */
  lookAt(past: Past | null): void {
    if (past === this.past.value) return;
    if (past && !this.past.value) this.tool.value?.cancel();
    this.history.seal(past !== null);
    this.past.value = past;
    this.refresh();
  }

  /** How an object of the revision that is looked at stands to today; null if just the same. */
  markOf(id: RecordId): Mark | null {
    const past = this.past.value;
    return past?.marked ? (past.comparison.marks.get(id) ?? null) : null;
  }

  /** A short number for people; 0 for objects that this sitting has only seen in the past. */
  ordinal(id: RecordId): number {
    return this.document.ordinal(id.replace(/ now$/, ""));
  }

  /** Called when the picture of a frame is there; a new size is fitted, the same size keeps its view. */
  setImage(size: Size): void {
    const { width, height } = this.image.value;
    if (width === size.width && height === size.height) return;
    this.image.value = size;
    this.fit();
  }

  /** A picture that was fitted stays so when its surface changes; a chosen view is kept. */
  resize(surface: Size): void {
    const before = this.surface.value;
    const fitted = fitImage(this.image.value, before);
    const { scale, x, y } = this.view.value;
    const isFitted = scale === fitted.scale && x === fitted.x && y === fitted.y;
    this.surface.value = surface;
    if (before.width === 0 || isFitted) this.fit();
  }

  fit(): void {
    if (this.image.value.width > 0 && this.surface.value.width > 0) {
      this.view.value = fitImage(this.image.value, this.surface.value);
    }
  }

  find(id: RecordId): FrameObject | null {
    return this.objects.value.find((object) => object.id === id) ?? null;
  }

  selected(): FrameObject[] {
    return this.objects.value.filter(({ id }) => this.selection.value.has(id));
  }

  /** The one selected object, when exactly one is. */
  active(): FrameObject | null {
    const selected = this.selected();
    return selected.length === 1 ? (selected[0] as FrameObject) : null;
  }

  select(ids: Iterable<RecordId>): void {
    const next = new Set(ids);
    const same = next.size === this.selection.value.size;
    if (same && [...next].every((id) => this.selection.value.has(id))) return;
    this.activeVertex.value = null;
    this.selection.value = next;
  }

  isDrawable(object: FrameObject): boolean {
    return object.type !== "tag" && !object.outside && !this.visibility.isHidden(object);
  }

  isEditable(object: FrameObject): boolean {
    return !this.past.value && this.isDrawable(object) && !this.visibility.isLocked(object);
  }

  objectAt(at: Point): FrameObject | null {
    this.hits ??= new HitIndex(this.objects.value.filter((object) => this.isDrawable(object)));
    return this.hits.find(at, HIT_TOLERANCE / this.view.value.scale);
  }

  /** Changes objects as one undo step; those that `change` returns unchanged stay out of it. */
  edit(
    name: StepName,
    objects: Iterable<FrameObject>,
    change: (record: AnnotationRecord) => AnnotationRecord | null,
  ): void {
    const changes: [RecordId, AnnotationRecord | null][] = [];
    for (const { record } of objects) {
      const after = change(record);
      if (after !== record) changes.push([record.id, after]);
    }
    this.history.run(name, this.frame.value, changes);
  }

  relabel(objects: Iterable<FrameObject>, label: Label): void {
    const allowed = [...objects].filter((object) => this.labels.accepts(label, object.type));
    this.edit("label", allowed, (record) =>
      record.labelId === label.id
        ? record
        : withLabel(record, this.labels.get(record.labelId), label),
    );
  }

  /** Where the next object goes so that it lies on top. */
  topOrder(): number {
    return this.objects.value.reduce((top, { zOrder }) => Math.max(top, zOrder), 0);
  }

  private refresh(): void {
    this.hits = null;
    const document = this.past.value?.comparison.document ?? this.document;
    const objects = objectsOnFrame(document, this.frame.value);
    this.objects.value = objects.filter(({ id }) => this.isShown(id));
    const kept = [...this.selection.value].filter((id) => document.get(id) !== null);
    if (kept.length !== this.selection.value.size) this.select(kept);
    this.revision.value += 1;
  }

  /** Without marks, the past is as it was: what came later is not there. */
  private isShown(id: RecordId): boolean {
    const past = this.past.value;
    if (!past || past.marked) return true;
    const mark = past.comparison.marks.get(id);
    return mark !== "new" && mark !== "now";
  }
}
