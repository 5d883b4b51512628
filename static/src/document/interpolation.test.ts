import { describe, expect, it } from "vitest";
import vectors from "../../../tests/vectors/interpolation.json";
import { keyframeAt } from "./interpolation";
import type { Position, TrackRecord } from "./records";
import { skeletonElements } from "./skeleton";
import type { WireTrack } from "./wire";
import { recordFromWire } from "./wire";

interface Expected {
  readonly points: readonly number[];
  readonly rotation: number;
  readonly occluded: boolean;
  readonly outside: boolean;
  readonly z_order: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly elements?: readonly (readonly [number, Expected])[];
}

interface Vector {
  readonly name: string;
  readonly track: WireTrack;
  readonly without: readonly number[];
  readonly frames: readonly (readonly [number, Expected | null])[];
}

type Found = Position & { readonly attributes: Readonly<Record<number, string>> };

function expectAt(found: Found, expected: Expected): void {
  const { occluded, outside, zOrder, attributes } = found;
  expect({ occluded, outside, z_order: zOrder, attributes }).toEqual({
    occluded: expected.occluded,
    outside: expected.outside,
    z_order: expected.z_order,
    attributes: expected.attributes,
  });
  expect(found.points).toHaveLength(expected.points.length);
  const distances = found.points.map((n, index) => Math.abs(n - (expected.points[index] ?? NaN)));
  expect(Math.max(0, ...distances)).toBeLessThan(1e-6);
  const turn = Math.abs(found.rotation - expected.rotation);
  expect(Math.min(turn, 360 - turn)).toBeLessThan(1e-6);
}

describe("a track is where it is known to be", () => {
  it.each(vectors as unknown as Vector[])("$name", ({ track: wire, without, frames }) => {
    const track = recordFromWire("track", wire, "1") as TrackRecord;
    const removed = new Set(without);
    for (const [frame, expected] of frames) {
      const found = keyframeAt(track, frame, removed);
      if (expected === null || found === null) {
        expect(found).toBe(expected);
        continue;
      }
      expectAt(found, expected);
      const elements = skeletonElements(track, frame, removed);
      const parts = expected.elements ?? [];
      expect(elements.map(({ labelId }) => labelId)).toEqual(parts.map(([labelId]) => labelId));
      parts.forEach(([, part], index) => {
        expectAt(elements[index] as Found, part);
      });
    }
  });
});
