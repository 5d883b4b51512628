/// <reference lib="webworker" />
import type { ScenePatch } from "./scene";
import type { DrawOrder } from "./static-scene";
import { StaticScene } from "./static-scene";

export interface StaticRequest {
  readonly job: number;
  readonly patch: ScenePatch | null;
  readonly order: DrawOrder;
}

export interface StaticAnswer {
  readonly job: number;
  readonly bitmap: ImageBitmap;
}

const scene = new StaticScene();
let canvas: OffscreenCanvas | null = null;

self.onmessage = ({ data }: MessageEvent<StaticRequest>) => {
  const { job, patch, order } = data;
  if (patch) scene.patch(patch);
  const width = Math.max(1, Math.round(order.width * order.ratio));
  const height = Math.max(1, Math.round(order.height * order.ratio));
  if (canvas?.width !== width || canvas.height !== height) {
    canvas = new OffscreenCanvas(width, height);
  }
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser gives no 2D context to workers");
  scene.draw(context, order);
  const bitmap = canvas.transferToImageBitmap();
  self.postMessage({ job, bitmap } satisfies StaticAnswer, { transfer: [bitmap] });
};
