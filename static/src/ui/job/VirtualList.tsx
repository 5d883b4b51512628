import type { ReactNode } from "react";
import { Fragment, useEffect, useRef, useState } from "react";

interface Props<T> {
  readonly items: readonly T[];
  /** Pixels; the same for every row. */
  readonly rowHeight: number;
  /** Row to keep in sight when it changes; -1 for none. */
  readonly focus: number;
  readonly className: string | undefined;
  readonly label: string;
  keyOf(item: T): string;
  render(item: T, top: number): ReactNode;
}

const BEYOND = 6;

/** A list of which only the rows in sight exist. */
export function VirtualList<T>({
  items,
  rowHeight,
  focus,
  className,
  label,
  keyOf,
  render,
}: Props<T>) {
  const frame = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ top: 0, height: 800 });

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const look = () => setSight({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);

  useEffect(() => {
    const element = frame.current;
    if (!element || focus < 0) return;
    const top = focus * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  }, [focus, rowHeight]);

  const first = Math.max(0, Math.floor(sight.top / rowHeight) - BEYOND);
  const last = Math.min(items.length, Math.ceil((sight.top + sight.height) / rowHeight) + BEYOND);
  return (
    <div ref={frame} className={className} role="listbox" aria-label={label} tabIndex={-1}>
      <div style={{ height: items.length * rowHeight }}>
        {items.slice(first, last).map((item, index) => (
          <Fragment key={keyOf(item)}>{render(item, (first + index) * rowHeight)}</Fragment>
        ))}
      </div>
    </div>
  );
}
