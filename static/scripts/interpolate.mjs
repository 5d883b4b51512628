// Answers where tracks are, as the browser computes it: a line of JSON in, a line of JSON out.
//
//   in    [{ "track": …as the API has it…, "without": [4], "frames": [0, 3] }, …]
//   out   for each track, for each frame: null or { points, rotation, occluded, outside, zOrder,
//         attributes, elements: [the same with labelId] }
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const load = async (path) => {
  const inline = { root, configFile: false, logLevel: "error" };
  return (await runnerImport(`${root}src/document/${path}`, inline)).module;
};
const { keyframeAt } = await load("interpolation.ts");
const { skeletonElements } = await load("skeleton.ts");
const { recordFromWire } = await load("wire.ts");

function answer({ track, without, frames }) {
  const record = recordFromWire("track", track, "1");
  const removed = new Set(without);
  return frames.map((frame) => {
    const at = keyframeAt(record, frame, removed);
    return at && { ...at, elements: skeletonElements(record, frame, removed) };
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(JSON.parse(line).map(answer))}\n`);
}
