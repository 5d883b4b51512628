type Listener = () => void;

/** A value that can be watched. Listeners run when it becomes a different value. */
export class Signal<T> {
  private readonly listeners = new Set<Listener>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set value(next: T) {
    if (Object.is(next, this.current)) return;
    this.current = next;
    for (const listener of [...this.listeners]) listener();
  }

  /** Bound, so that React's useSyncExternalStore can take it as it is. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly get = (): T => this.current;
}
