import { SIGNED_OUT } from "../api/client";
import { ApiError } from "../api/errors";
import type { Autosave } from "./autosave";

/** Milliseconds between two looks at what others saved. */
const PERIOD = 10_000;
/** Milliseconds without a key or a move of the pointer after which nobody is thought to look. */
const IDLE = 5 * 60_000;
const ACTIVITY = ["pointermove", "pointerdown", "wheel", "keydown"] as const;

/**
 * Follows what others save to an open job: every few seconds while its page is in sight and its
 * person active, at once when they come back to it, and when another tab of this browser saves.
 */
export class LiveUpdates {
  private readonly stop = new AbortController();
  private readonly stopWatching: () => void;
  private readonly channel: BroadcastChannel;
  private readonly timer: number;
  private lastActivity = Date.now();

  constructor(
    job: number,
    private readonly autosave: Autosave,
    /** Something is being drawn or dragged that is not in the journal yet. */
    private readonly isBusy: () => boolean,
  ) {
    const options = { signal: this.stop.signal, passive: true };
    for (const name of ACTIVITY) window.addEventListener(name, () => this.onActivity(), options);
    window.addEventListener("focus", () => this.look(), options);
    document.addEventListener("visibilitychange", () => isInSight() && this.look(), options);
    this.timer = window.setInterval(() => this.onTick(), PERIOD);
    this.channel = new BroadcastChannel(`skylabel-job-${job}`);
    this.channel.onmessage = ({ data }) => {
      if (data.version > autosave.version.value) this.look();
    };
    this.stopWatching = autosave.version.subscribe(() => {
      this.channel.postMessage({ version: autosave.version.value });
    });
  }

  close(): void {
    this.stop.abort();
    window.clearInterval(this.timer);
    this.stopWatching();
    this.channel.close();
  }

  private onTick(): void {
    if (isInSight() && Date.now() - this.lastActivity < IDLE) this.look();
  }

  private onActivity(): void {
    const wasIdle = Date.now() - this.lastActivity >= IDLE;
    this.lastActivity = Date.now();
    if (wasIdle) this.look();
  }

  private look(): void {
    this.autosave.look().catch((error: unknown) => {
      if (error instanceof ApiError) this.onRefusal(error.status);
      // Anything else passes; when something is to be saved, the person is told.
    });
  }

  private onRefusal(status: number): void {
    // The job is gone, or not this person's any more: asking on would not change that.
    if (status === 403 || status === 404) this.close();
    if (status === 401 && !this.isBusy()) window.dispatchEvent(new Event(SIGNED_OUT));
  }
}

function isInSight(): boolean {
  return document.visibilityState === "visible";
}
