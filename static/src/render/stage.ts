import type { FrameObject } from "../document/frame-object";
import type { RecordId } from "../document/records";
import type { Size } from "../geometry/view";
import type { Drawable } from "../media/drawable";
import type { Editor } from "../tools/editor";
import { ActiveLayer } from "./active-layer";
import { Handles } from "./handles";
import { ImageLayer } from "./image-layer";
import { markedLook } from "./marks";
import type { Look } from "./scene";
import { StaticLayer } from "./static-layer";

export interface StageAppearance {
  /** Opacity of fills of unselected objects, 0 to 1. */
  readonly fill: number;
  readonly crosshair: boolean;
  /** CSS filter of the picture. */
  readonly filter: string;
}

/** The layers of the canvas, kept in step with the editor. */
export class Stage {
  private readonly imageLayer = new ImageLayer();
  private readonly staticLayer: StaticLayer;
  private readonly activeLayer = new ActiveLayer();
  private readonly handles = new Handles();
  private readonly stops: (() => void)[] = [];
  private readonly observer: ResizeObserver;
  private appearance: StageAppearance = { fill: 0.08, crosshair: true, filter: "" };
  private activePending = 0;
  private staticPending = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly editor: Editor,
  ) {
    this.staticLayer = new StaticLayer(this.lookOf);
    element.append(
      this.imageLayer.element,
      this.staticLayer.element,
      this.activeLayer.element,
      this.handles.element,
    );
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(element);
    this.watch();
    this.measure();
  }

  dispose(): void {
    this.observer.disconnect();
    cancelAnimationFrame(this.activePending);
    for (const stop of this.stops) stop();
    this.staticLayer.dispose();
    this.element.replaceChildren();
  }

  setAppearance(appearance: StageAppearance): void {
    this.appearance = appearance;
    this.imageLayer.setFilter(appearance.filter);
    this.updateStatic();
    this.scheduleActive();
  }

  /** Shows a picture together with the objects of its frame, which the editor is already on. */
  showImage(picture: Drawable, size: Size): void {
    this.updateStatic();
    this.staticLayer.whenPresented(() => this.imageLayer.draw(picture, size));
  }

  private watch(): void {
    const { editor, stops } = this;
    const onStatic = () => {
      this.staticPending = true;
      this.scheduleActive();
    };
    const onActive = () => this.scheduleActive();
    for (const signal of [editor.objects, editor.selection, editor.past]) {
      stops.push(signal.subscribe(onStatic));
    }
    for (const signal of [
      editor.hovered,
      editor.preview,
      editor.pointer,
      editor.tool,
      editor.drawing,
      editor.activeVertex,
    ]) {
      stops.push(signal.subscribe(onActive));
    }
    stops.push(editor.view.subscribe(() => this.followView()));
    stops.push(
      editor.cursor.subscribe(() => {
        this.element.style.cursor = editor.cursor.value;
      }),
    );
  }

  private measure(): void {
    const size = { width: this.element.clientWidth, height: this.element.clientHeight };
    this.activeLayer.setSurface(size);
    this.staticLayer.setSurface(size);
    this.editor.resize(size);
    this.followView();
  }

  private followView(): void {
    this.imageLayer.setView(this.editor.view.value);
    this.staticLayer.setView(this.editor.view.value);
    this.scheduleActive();
  }

  private updateStatic(): void {
    const { editor } = this;
    this.staticPending = false;
    const drawable = editor.objects.value.filter((object) => editor.isDrawable(object));
    const objects = new Map<RecordId, FrameObject>();
    for (const object of drawable) {
      // The selected object moves with every pointer event: the active layer draws it alone.
      if (!editor.selection.value.has(object.id)) objects.set(object.id, object);
    }
    const looks = editor.past.value;
    this.staticLayer.setContent({ objects, fill: this.appearance.fill, looks });
  }

  private scheduleActive(): void {
    if (this.activePending !== 0) return;
    this.activePending = requestAnimationFrame(() => {
      this.activePending = 0;
      if (this.staticPending) this.updateStatic();
      this.drawActive();
    });
  }

  private drawActive(): void {
    const { editor, appearance } = this;
    const view = editor.view.value;
    const selected = editor.selected().filter((object) => editor.isDrawable(object));
    const hovered = editor.hovered.value === null ? null : editor.find(editor.hovered.value);
    const drawing = editor.tool.value !== null && editor.tool.value.id !== "select";
    this.activeLayer.draw({
      view,
      selected,
      hovered: hovered && editor.isDrawable(hovered) ? hovered : null,
      preview: editor.preview.value,
      crosshair: drawing && appearance.crosshair ? editor.pointer.value : null,
      labelColor: (labelId) => editor.labels.color(labelId),
      lookOf: this.lookOf,
      captionOf: (object) =>
        [editor.ordinal(object.id) || "", editor.labels.name(object.labelId)].join(" ").trim(),
      fill: appearance.fill,
    });
    const active = editor.active();
    const shown = active && editor.isEditable(active) && !drawing ? active : null;
    this.handles.draw(shown, view, editor.activeVertex.value);
  }

  private readonly lookOf = (object: FrameObject): Look =>
    this.editor.past.value?.marked
      ? markedLook(object, this.editor.markOf(object.id))
      : { color: this.editor.labels.color(object.labelId), dashed: object.occluded, broad: false };
}
