// @vitest-environment node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { completed } from "./complete-lockfile.mjs";

const lock = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package-lock.json"), "utf8"));

test("the lock file installs on every platform and names no address", () => {
  expect(completed(lock)).toEqual(lock);
  expect(JSON.stringify(lock)).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
});

test("missing binaries of other platforms are added with what npm needs to skip them", () => {
  const packages = {
    "": {},
    "node_modules/tool": {
      resolved: "somewhere",
      optionalDependencies: {
        "@tool/cli-linux-x64-musl": "1.2.3",
        "@tool/cli-win32-arm64": "1.2.3",
      },
    },
  };
  const { packages: result } = completed({ packages });
  expect(result["node_modules/@tool/cli-linux-x64-musl"]).toEqual({
    version: "1.2.3",
    cpu: ["x64"],
    libc: ["musl"],
    optional: true,
    os: ["linux"],
  });
  expect(result["node_modules/@tool/cli-win32-arm64"]).toMatchObject({ os: ["win32"] });
  expect(result["node_modules/tool"]).not.toHaveProperty("resolved");
});
