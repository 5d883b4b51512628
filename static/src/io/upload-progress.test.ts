import { expect, test } from "vitest";
import { UploadMeter } from "./upload-progress";

test("speed is that of the last seconds, time left follows from it", () => {
  const meter = new UploadMeter(10_000, 2);
  meter.add(0, 0);
  expect(meter.progress()).toMatchObject({ sent: 0, bytesPerSecond: null, secondsLeft: null });
  for (let second = 1; second <= 8; second++) meter.add(500, second * 1000);
  expect(meter.progress()).toMatchObject({ sent: 4000, bytesPerSecond: 500, secondsLeft: 12 });
});

test("what had arrived before counts as progress, not as speed", () => {
  const meter = new UploadMeter(10_000, 2);
  meter.add(0, 0);
  meter.add(1000, 1000);
  meter.skip(5000);
  meter.fileDone();
  expect(meter.progress()).toMatchObject({ sent: 6000, bytesPerSecond: 1000, filesDone: 1 });
});
