import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpolateDegrees, normaliseDegrees } from "./angle";
import { boxOf, clampMove, rotatedCorners } from "./box";
import { interpolateCurve } from "./curve";
import { insertVertex, removeVertex, rotateAbout, translate } from "./point";
import { isInsidePolygon, signedArea } from "./polygon";
import { HANDLES, handlePosition, resizeRectangle } from "./resize";
import { nearestEdge } from "./segment";
import { fitImage, toImage, toScreen, zoomAt } from "./view";

const coordinate = fc.double({ min: -2000, max: 2000, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const degrees = fc.double({ min: 0, max: 359.99, noNaN: true });
const view = fc.record({
  scale: fc.double({ min: 0.05, max: 40, noNaN: true }),
  x: coordinate,
  y: coordinate,
});

describe("views", () => {
  it("take a point to the screen and back", () => {
    fc.assert(
      fc.property(view, point, (at, p) => {
        const back = toImage(at, toScreen(at, p));
        expect(back.x).toBeCloseTo(p.x, 6);
        expect(back.y).toBeCloseTo(p.y, 6);
      }),
    );
  });

  it("keep the point under the pointer when they zoom", () => {
    fc.assert(
      fc.property(view, point, fc.double({ min: 0.5, max: 2, noNaN: true }), (from, at, factor) => {
        const [before, after] = [toImage(from, at), toImage(zoomAt(from, at, factor), at)];
        expect(after.x).toBeCloseTo(before.x, 5);
        expect(after.y).toBeCloseTo(before.y, 5);
      }),
    );
  });

  it.each([
    [16384, 16384],
    [65500, 1000],
    [1000, 65500],
  ])("shows the whole of a picture of %d × %d pixels", (width, height) => {
    const surface = { width: 1010, height: 523 };
    const fitted = fitImage({ width, height }, surface);
    const end = toScreen(fitted, { x: width, y: height });
    expect(Math.min(fitted.x, fitted.y)).toBeGreaterThanOrEqual(0);
    expect(end.x).toBeLessThanOrEqual(surface.width);
    expect(end.y).toBeLessThanOrEqual(surface.height);
    // One step out and one in leads back: the limits of zooming lie beyond.
    const back = zoomAt(zoomAt(fitted, end, 0.9), end, 1 / 0.9);
    expect(back.scale).toBeCloseTo(fitted.scale, 10);
  });

  it("fit the whole image on the surface", () => {
    const fitted = fitImage({ width: 4000, height: 1000 }, { width: 1000, height: 800 }, 20);
    expect(toScreen(fitted, { x: 0, y: 500 })).toEqual({ x: 20, y: 400 });
    expect(toScreen(fitted, { x: 4000, y: 500 })).toEqual({ x: 980, y: 400 });
  });
});

describe("rectangles", () => {
  it("keep the opposite handle in place when one is dragged, whatever the rotation", () => {
    fc.assert(
      fc.property(fc.constantFrom(...HANDLES), degrees, point, (handle, rotation, by) => {
        const rectangle = [100, 100, 300, 200];
        const opposite = { horizontal: -handle.horizontal, vertical: -handle.vertical } as const;
        const before = handlePosition(rectangle, rotation, opposite as typeof handle);
        const grabbed = handlePosition(rectangle, rotation, handle);
        const to = { x: grabbed.x + by.x, y: grabbed.y + by.y };
        const resized = resizeRectangle(rectangle, rotation, handle, to);
        const corners = [...HANDLES].map((each) => handlePosition(resized, rotation, each));
        // Dragged across, the fixed side is another handle of the rectangle turned over.
        const nearest = Math.min(
          ...corners.map(({ x, y }) => Math.hypot(x - before.x, y - before.y)),
        );
        expect(nearest).toBeLessThan(1e-6);
      }),
    );
  });

  it("have the same corners after a full turn", () => {
    const [first] = rotatedCorners([0, 0, 10, 20], 360);
    expect(first.x).toBeCloseTo(0);
    expect(first.y).toBeCloseTo(0);
  });

  it("stop at the edges of the image when they are moved", () => {
    const box = boxOf([10, 10, 60, 40]);
    expect(clampMove(box, -30, 100, 100, 80)).toEqual({ x: -10, y: 40 });
    // One that lies outside already is not pushed, and may come back.
    expect(clampMove(boxOf([-20, 0, 30, 10]), -5, 0, 100, 80).x).toBe(0);
  });
});

describe("rotations", () => {
  it("turn by the shorter way", () => {
    expect(interpolateDegrees(350, 10, 0.5)).toBeCloseTo(0);
    expect(interpolateDegrees(10, 350, 0.25)).toBeCloseTo(5);
  });

  it("stay in CVAT's range", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (angle) => {
        const normal = normaliseDegrees(angle);
        expect(normal).toBeGreaterThanOrEqual(0);
        expect(normal).toBeLessThan(360);
      }),
    );
  });

  it("are undone by turning back", () => {
    fc.assert(
      fc.property(point, point, degrees, (p, centre, angle) => {
        const back = rotateAbout(rotateAbout(p, centre, angle), centre, -angle);
        expect(back.x).toBeCloseTo(p.x, 5);
        expect(back.y).toBeCloseTo(p.y, 5);
      }),
    );
  });
});

describe("paths", () => {
  const square = [0, 0, 10, 0, 10, 10, 0, 10];

  it("know what they enclose", () => {
    expect(isInsidePolygon(square, { x: 5, y: 5 })).toBe(true);
    expect(isInsidePolygon(square, { x: 15, y: 5 })).toBe(false);
    expect(signedArea(square)).toBe(100);
  });

  it("find their nearest edge, the closing one only when they are closed", () => {
    expect(nearestEdge(square, { x: 1, y: 5 }, true)?.edge).toBe(3);
    expect(nearestEdge(square, { x: 1, y: 5 }, false)?.edge).not.toBe(3);
  });

  it("are as before when an inserted vertex is removed", () => {
    fc.assert(
      fc.property(fc.nat(4), point, (index, p) => {
        expect(removeVertex(insertVertex(square, index, p), index)).toEqual(square);
      }),
    );
  });

  it("move between two places like a whole when the shape is the same", () => {
    const moved = translate(square, 40, 20);
    expect(interpolateCurve(square, moved, 0.5, true)).toEqual(translate(square, 20, 10));
  });

  it("come out as a polygon when the numbers of vertices differ", () => {
    const triangle = [0, 0, 10, 0, 5, 10];
    const between = interpolateCurve(square, triangle, 0.5, true);
    expect(between.length).toBeGreaterThanOrEqual(6);
    expect(between.every(Number.isFinite)).toBe(true);
  });
});
