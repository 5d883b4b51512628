/** How many decoded pictures fit around the one that is shown. */
export interface Room {
  /** Fetched ahead in the direction of travel. */
  readonly ahead: number;
  /** Kept beyond those, because decoders give some frames long before their turn. */
  readonly beyond: number;
  /** Kept on the other side. */
  readonly behind: number;
}

/** Where in a job somebody is, and which way they go. */
export interface Travel {
  readonly start: number;
  /** Inclusive. */
  readonly stop: number;
  readonly at: number;
  readonly direction: 1 | -1;
  readonly room: Room;
}

/** Backwards, each batch costs decoding from its key sample on: it must be large. */
const MOST_AHEAD = { 1: 32, [-1]: 96 };
const MOST_BEYOND = 8;
const MOST_BEHIND = 48;
/** What a picture outside the room is away, at least. */
const FAR = 1e9;

/** Room within a budget, for pictures of so many bytes; for one beside the shown one in any case. */
export function roomFor(budget: number, bytes: number, direction: 1 | -1): Room {
  const others = Math.max(1, Math.floor(budget / Math.max(1, bytes)) - 1);
  const behind = Math.min(MOST_BEHIND, Math.floor(others / 6));
  const beyond = Math.min(MOST_BEYOND, Math.floor(others / 3));
  return { behind, beyond, ahead: Math.min(MOST_AHEAD[direction], others - behind - beyond) };
}

/** Frames that are likely to be shown, the current one first. */
export function framesOf({ start, stop, at, direction, room }: Travel): number[] {
  return Array.from({ length: room.ahead + 1 }, (_, step) => at + step * direction).filter(
    (frame) => frame >= start && frame <= stop,
  );
}

/** How far a picture is from being needed; 0 is that of the one shown. */
export function distanceFrom({ at, direction, room }: Travel, frame: number): number {
  const ahead = (frame - at) * direction;
  if (ahead >= 0) return ahead <= room.ahead + room.beyond ? ahead : FAR + ahead;
  return -ahead <= room.behind ? -ahead : FAR - ahead;
}

/** Whether there is room for a picture whatever else is kept. */
export function isNear(travel: Travel, frame: number): boolean {
  return distanceFrom(travel, frame) < FAR;
}
