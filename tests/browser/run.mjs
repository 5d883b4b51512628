// Runs the browser journeys: builds the application for tests, starts a server with an empty data
// directory, runs every *.test.mjs beside this file (or those named on the command line) and stops
// the server. SKYLABEL_URL tests a server that is already running instead; SKYLABEL_SHARE is then
// the directory of its file share.
//
//   CHROMIUM  the browser's binary (/usr/bin/chromium)
//   PYTHON    the interpreter that the server runs in (.venv/bin/python)
//   REPORT    where to write a JUnit report
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPOSITORY, shareOf, startServer } from "./server.mjs";

const HERE = import.meta.dirname;
const STATIC = join(REPOSITORY, "static");
const scratch = mkdtempSync(join(tmpdir(), "skylabel-browser-"));
const DATA = join(scratch, "data");

function buildForTests() {
  const vite = join(STATIC, "node_modules", "vite", "bin", "vite.js");
  const outDir = join(scratch, "pages");
  const args = [vite, "build", "--outDir", outDir, "--emptyOutDir", "--logLevel", "warn"];
  const env = { ...process.env, VITE_TEST: "1" };
  const { status } = spawnSync(process.execPath, args, { cwd: STATIC, env, stdio: "inherit" });
  if (status !== 0) throw new Error("the browser application could not be built");
  return outDir;
}

function testFiles() {
  const named = process.argv.slice(2);
  const names = readdirSync(HERE).filter((name) => name.endsWith(".test.mjs"));
  return names
    .filter((name) => named.length === 0 || named.some((part) => name.includes(part)))
    .map((name) => join(HERE, name));
}

function runTests(url) {
  const args = ["--test", "--test-concurrency=1", "--test-reporter=spec"];
  args.push("--test-reporter-destination=stdout");
  if (process.env.REPORT) {
    args.push("--test-reporter=junit", `--test-reporter-destination=${process.env.REPORT}`);
  }
  const env = { SKYLABEL_SHARE: shareOf(DATA), ...process.env, SKYLABEL_URL: url };
  const tests = spawn(process.execPath, [...args, ...testFiles()], { env, stdio: "inherit" });
  return new Promise((resolve) => tests.on("exit", (code) => resolve(code ?? 1)));
}

let server;
try {
  if (!process.env.SKYLABEL_URL) {
    server = await startServer(DATA, buildForTests());
  }
  process.exitCode = await runTests(process.env.SKYLABEL_URL ?? server.url);
} finally {
  await server?.stop();
  rmSync(scratch, { recursive: true, force: true });
}
