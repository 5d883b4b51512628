/** How long another tab gets to say that a sitting is its own, in milliseconds. */
const PATIENCE = 250;
const CHANNEL = "skylabel-sessions";

/**
 * Marks a sitting as alive for as long as this tab lives. Pages served over plain HTTP have no
 * Web Locks: there, tabs answer for their sittings over a channel. Returns what ends it.
 */
export async function holdSession(session: string): Promise<() => void> {
  return navigator.locks ? holdLock(session) : answerFor(session);
}

export function isSessionAlive(session: string): Promise<boolean> {
  return navigator.locks ? isLocked(session) : isAnsweredFor(session);
}

function holdLock(session: string): Promise<() => void> {
  return new Promise((resolve) => {
    void navigator.locks.request(
      lockName(session),
      () => new Promise<void>((release) => resolve(() => release())),
    );
  });
}

async function isLocked(session: string): Promise<boolean> {
  return await navigator.locks.request(
    lockName(session),
    { ifAvailable: true },
    (lock) => lock === null,
  );
}

function lockName(session: string): string {
  return `skylabel-session-${session}`;
}

function answerFor(session: string): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => {
    if (data.ask === session) channel.postMessage({ alive: session });
  };
  return () => channel.close();
}

function isAnsweredFor(session: string): Promise<boolean> {
  const channel = new BroadcastChannel(CHANNEL);
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE);
    channel.onmessage = ({ data }) => {
      if (data.alive !== session) return;
      clearTimeout(timer);
      resolve(true);
    };
    channel.postMessage({ ask: session });
  }).finally(() => channel.close());
}
