import type { Point } from "../geometry/point";
import { panBy, toImage, zoomAt } from "../geometry/view";
import type { Editor } from "./editor";
import type { PointerInput } from "./tool";

const ZOOM_PER_PIXEL = 1.0016;

/**
 * Feeds DOM events of the surface to the current tool. The wheel zooms about the pointer (pans
 * with Shift or on two-axis trackpads' pinch-free scrolling), the middle button pans in any tool.
 * Returns a function that stops listening.
 */
export function listenToSurface(element: HTMLElement, editor: Editor): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  let panningFrom: Point | null = null;

  const inputOf = (event: MouseEvent): PointerInput => {
    const bounds = element.getBoundingClientRect();
    const screen = { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
    return {
      screen,
      image: toImage(editor.view.value, screen),
      shift: event.shiftKey,
      alt: event.altKey,
      ctrl: event.ctrlKey || event.metaKey,
    };
  };

  element.addEventListener(
    "pointerdown",
    (event) => {
      element.setPointerCapture(event.pointerId);
      element.focus({ preventScroll: true });
      const input = inputOf(event);
      if (event.button === 1) {
        panningFrom = input.screen;
        event.preventDefault();
      } else if (event.button === 0) editor.tool.value?.down(input);
    },
    options,
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      const input = inputOf(event);
      editor.pointer.value = input.image;
      if (panningFrom) {
        const { x, y } = input.screen;
        editor.view.value = panBy(editor.view.value, x - panningFrom.x, y - panningFrom.y);
        panningFrom = input.screen;
      } else editor.tool.value?.move(input);
    },
    options,
  );
  element.addEventListener(
    "pointerup",
    (event) => {
      if (event.button === 1) panningFrom = null;
      else if (event.button === 0) editor.tool.value?.up(inputOf(event));
    },
    options,
  );
  element.addEventListener("pointercancel", () => editor.tool.value?.cancel(), options);
  element.addEventListener(
    "pointerleave",
    () => {
      editor.pointer.value = null;
      editor.hovered.value = null;
    },
    options,
  );
  element.addEventListener(
    "dblclick",
    (event) => editor.tool.value?.doubleClick(inputOf(event)),
    options,
  );
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { screen } = inputOf(event);
      editor.view.value = event.shiftKey
        ? panBy(editor.view.value, -event.deltaX - event.deltaY, 0)
        : zoomAt(editor.view.value, screen, ZOOM_PER_PIXEL ** -pixels(event));
    },
    { ...options, passive: false },
  );
  element.addEventListener("contextmenu", (event) => event.preventDefault(), options);
  return () => stop.abort();
}

/** Wheel distance in pixels whatever unit the browser reports. */
function pixels({ deltaY, deltaMode }: WheelEvent): number {
  return deltaMode === WheelEvent.DOM_DELTA_LINE ? deltaY * 33 : deltaY;
}
