import { useSyncExternalStore } from "react";
import type { Signal } from "../../document/signal";

/** The value of a signal; the component renders again when it changes. */
export function useSignal<T>(signal: Signal<T>): T {
  return useSyncExternalStore(signal.subscribe, signal.get);
}
