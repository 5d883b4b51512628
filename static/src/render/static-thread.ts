let prepared: Worker | null = null;

/** Starts a worker ahead of time, for the static layer that asks next. */
export function prepareStaticWorker(): void {
  prepared ??= startWorker();
}

export function takeStaticWorker(): Worker {
  const worker = prepared ?? startWorker();
  prepared = null;
  return worker;
}

function startWorker(): Worker {
  return new Worker(new URL("./static-worker.ts", import.meta.url), { type: "module" });
}
