import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Rows beyond the edges, so that a quick wheel finds them there. */
const BEYOND = 12;

interface RowWindow {
  readonly body: RefObject<HTMLTableSectionElement | null>;
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
}

function scrollerOf(element: HTMLElement): HTMLElement {
  const parent = element.parentElement;
  if (!parent) return element;
  return /auto|scroll/.test(getComputedStyle(parent).overflowY) ? parent : scrollerOf(parent);
}

/** Which of the equally high rows of a table's body are in sight of what scrolls around it. */
export function useRowWindow(count: number, rowHeight: number): RowWindow {
  const body = useRef<HTMLTableSectionElement>(null);
  const [sight, setSight] = useState({ first: 0, last: 2 * BEYOND });

  useLayoutEffect(() => {
    const element = body.current;
    if (!element) return;
    const scroller = scrollerOf(element);
    const look = () => {
      const frame = scroller.getBoundingClientRect();
      const above = (frame.top - element.getBoundingClientRect().top) / rowHeight;
      const first = Math.max(0, Math.floor(above) - BEYOND);
      const last = Math.ceil(above + frame.height / rowHeight) + BEYOND;
      setSight((now) => (now.first === first && now.last === last ? now : { first, last }));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(scroller);
    scroller.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", look);
    };
  }, [rowHeight]);

  // After a search fewer rows are left than were scrolled past.
  const first = Math.min(sight.first, Math.max(0, count - 2 * BEYOND));
  return { body, first, last: Math.min(count, sight.last) };
}
