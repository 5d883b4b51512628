import type { FrameObject } from "../document/frame-object";
import type { RecordId } from "../document/records";
import type { Size, View } from "../geometry/view";
import { transformBetween } from "../geometry/view";
import type { Look, ScenePatch } from "./scene";
import { scenePatch } from "./scene";
import { takeStaticWorker } from "./static-thread";
import type { StaticAnswer, StaticRequest } from "./static-worker";

/** CSS pixels drawn beyond each side, so that a pan does not uncover bare borders at once. */
const MARGIN = 160;
/** Milliseconds without a view change after which the layer is drawn crisp. */
const SETTLE = 70;

export interface StaticContent {
  readonly objects: ReadonlyMap<RecordId, FrameObject>;
  readonly fill: number;
  /** Objects that are unchanged are drawn anew when it changes. */
  readonly looks: unknown;
}

/**
 * All objects that are not being worked on. A worker draws them; while the view moves, the last
 * drawing is carried along by a CSS transform, and redrawn when the gesture settles.
 */
export class StaticLayer {
  readonly element = document.createElement("canvas");
  private readonly worker = takeStaticWorker();
  private readonly target: ImageBitmapRenderingContext | null;
  private shown: ReadonlyMap<RecordId, FrameObject> = new Map();
  private content: StaticContent = { objects: new Map(), fill: 0, looks: null };
  private shownLooks: unknown = null;
  private view: View = { scale: 1, x: 0, y: 0 };
  private surface: Size = { width: 0, height: 0 };
  private drawn: View | null = null;
  private drawnKey = "";
  private inFlight: { readonly job: number; readonly view: View; readonly size: Size } | null =
    null;
  private waiting = false;
  private job = 0;
  private settleTimer = 0;
  private presented: (() => void)[] = [];

  constructor(private readonly lookOf: (object: FrameObject) => Look) {
    this.element.className = "stage-layer";
    this.element.style.transformOrigin = "0 0";
    this.target = this.element.getContext("bitmaprenderer");
    this.worker.onmessage = ({ data }: MessageEvent<StaticAnswer>) => this.present(data);
  }

  dispose(): void {
    window.clearTimeout(this.settleTimer);
    this.worker.terminate();
  }

  setContent(content: StaticContent): void {
    this.content = content;
    this.request();
  }

  setSurface(size: Size): void {
    this.surface = size;
    this.request();
  }

  setView(view: View): void {
    this.view = view;
    this.carry();
    window.clearTimeout(this.settleTimer);
    this.settleTimer = window.setTimeout(() => this.request(), SETTLE);
  }

  /** Runs with the next drawing that holds the content of now, in the same task. */
  whenPresented(run: () => void): void {
    this.presented.push(run);
    this.request();
  }

  /** One drawing at a time; whatever comes meanwhile is drawn together afterwards. */
  private request(): void {
    if (this.inFlight) {
      this.waiting = true;
      return;
    }
    if (this.surface.width === 0) return;
    const { objects, fill, looks } = this.content;
    const patch = scenePatch(this.shown, objects, this.lookOf, looks !== this.shownLooks);
    this.shown = objects;
    this.shownLooks = looks;
    const key = this.drawingKey();
    if (!patch && key === this.drawnKey) {
      this.announce();
      return;
    }
    this.drawnKey = key;
    const size = {
      width: this.surface.width + 2 * MARGIN,
      height: this.surface.height + 2 * MARGIN,
    };
    const view = { ...this.view, x: this.view.x + MARGIN, y: this.view.y + MARGIN };
    this.job += 1;
    this.inFlight = { job: this.job, view: this.view, size };
    const order = { view, ...size, ratio: window.devicePixelRatio, fill };
    const request: StaticRequest = { job: this.job, patch, order };
    this.worker.postMessage(request, { transfer: transferables(patch) });
  }

  private present({ job, bitmap }: StaticAnswer): void {
    const flight = this.inFlight;
    if (!flight || flight.job !== job) return;
    this.inFlight = null;
    this.element.width = bitmap.width;
    this.element.height = bitmap.height;
    this.element.style.width = `${flight.size.width}px`;
    this.element.style.height = `${flight.size.height}px`;
    this.target?.transferFromImageBitmap(bitmap);
    this.drawn = flight.view;
    this.carry();
    if (this.waiting) {
      this.waiting = false;
      this.request();
      return;
    }
    this.announce();
  }

  private announce(): void {
    const ready = this.presented;
    this.presented = [];
    for (const run of ready) run();
  }

  /** Drawings with the same key and the same objects look the same. */
  private drawingKey(): string {
    const { view, surface, content } = this;
    const parts = [view.scale, view.x, view.y, surface.width, surface.height, content.fill];
    return [...parts, window.devicePixelRatio].join(" ");
  }

  private carry(): void {
    if (!this.drawn) return;
    const part = this.view.scale / this.drawn.scale;
    const shift = `translate(${-MARGIN * part}px, ${-MARGIN * part}px)`;
    this.element.style.transform = `${shift} ${transformBetween(this.drawn, this.view)}`;
  }
}

function transferables(patch: ScenePatch | null): Transferable[] {
  return patch ? [patch.points.buffer] : [];
}
