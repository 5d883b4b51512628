// Completes package-lock.json after `npm install`. A registry mirror may lack the binaries of other
// platforms; npm then leaves them out of the lock file and a later `npm ci` refuses it. They are
// optional, so an entry that names version and platform is enough. Also drops download addresses.
import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const PLATFORM = /-(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-(\w+))?$/;

/** @param {string} name npm package name @param {string} version @returns {Record<string, unknown>} */
function platformEntry(name, version) {
  const match = PLATFORM.exec(name);
  if (!match) throw new Error(`${name} is not a platform package; install it instead`);
  const [, os, cpu, libc] = match;
  return {
    version,
    cpu: [cpu],
    ...(os === "linux" ? { libc: [libc === "musl" ? "musl" : "glibc"] } : {}),
    optional: true,
    os: [os],
  };
}

/** @param {Record<string, any>} lock the parsed lock file @returns {Record<string, any>} a completed copy */
export function completed(lock) {
  const packages = {};
  for (const [path, entry] of Object.entries(lock.packages)) {
    const { resolved: _, ...kept } = entry;
    packages[path] = kept;
  }
  for (const entry of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      if (!(path in packages)) packages[path] = platformEntry(name, version);
    }
  }
  const ordered = Object.fromEntries(
    Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  return { ...lock, packages: ordered };
}

if (fileURLToPath(import.meta.url) === argv[1]) {
  const file = new URL("../package-lock.json", import.meta.url);
  const lock = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, `${JSON.stringify(completed(lock), null, 2)}\n`);
}
