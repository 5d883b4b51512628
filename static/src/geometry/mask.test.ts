import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMask, maskContours, maskCovers } from "./mask";
import { isInsidePolygon } from "./polygon";

/** As CVAT's clients encode: runs that begin with uncovered pixels, then the box. */
function encode(pixels: readonly boolean[], width: number, left: number, top: number): number[] {
  const runs = [0];
  let covered = false;
  for (const pixel of pixels) {
    if (pixel !== covered) runs.push(0);
    covered = pixel;
    runs[runs.length - 1] = (runs.at(-1) as number) + 1;
  }
  return [...runs, left, top, left + width - 1, top + pixels.length / width - 1];
}

const masks = fc
  .record({
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 12 }),
    left: fc.nat(50),
    top: fc.nat(50),
  })
  .chain(({ width, height, left, top }) =>
    fc
      .array(fc.boolean(), { minLength: width * height, maxLength: width * height })
      .map((pixels) => ({ width, height, left, top, pixels })),
  );

describe("masks", () => {
  it("decode to the pixels that were encoded", () => {
    fc.assert(
      fc.property(masks, ({ width, height, left, top, pixels }) => {
        const bitmap = decodeMask(encode(pixels, width, left, top));
        expect(bitmap).toMatchObject({ left, top, width, height });
        expect([...bitmap.pixels]).toEqual(pixels.map(Number));
      }),
    );
  });

  it("are outlined and found where their pixels are", () => {
    fc.assert(
      fc.property(masks, ({ width, left, top, pixels }) => {
        const points = encode(pixels, width, left, top);
        const contours = maskContours(points);
        for (const [index, covered] of pixels.entries()) {
          const x = left + (index % width) + 0.5;
          const y = top + Math.floor(index / width) + 0.5;
          const around = contours.filter((contour) => isInsidePolygon(contour, { x, y }));
          expect(around.length % 2 === 1).toBe(covered);
          expect(maskCovers(points, { x, y })).toBe(covered);
        }
      }),
    );
  });

  it("do not cover what is beyond their box", () => {
    expect(maskCovers([0, 4, 10, 10, 11, 11], { x: 9.5, y: 10.5 })).toBe(false);
    expect(maskCovers([0, 4, 10, 10, 11, 11], { x: 12.5, y: 10.5 })).toBe(false);
    expect(maskCovers([0, 4, 10, 10, 11, 11], { x: 11.5, y: 11.5 })).toBe(true);
  });
});
