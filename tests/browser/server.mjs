// A whole server on a free port.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export const REPOSITORY = join(import.meta.dirname, "..", "..");
export const USERNAME = process.env.SKYLABEL_ADMIN_USERNAME ?? "admin";
export const PASSWORD = process.env.SKYLABEL_ADMIN_PASSWORD ?? "correct-horse-battery-staple";

const START_MILLISECONDS = 90_000;

/** The interpreter that has Skylabel's packages. */
export function python() {
  const own = join(REPOSITORY, ".venv", "bin", "python");
  return process.env.PYTHON ?? (existsSync(own) ? own : "python3");
}

/** The file share of a server that keeps its state in `dataDirectory`. */
export function shareOf(dataDirectory) {
  return join(dataDirectory, "share");
}

/**
 * Starts a server that keeps its state in `dataDirectory` and serves the pages in
 * `pagesDirectory`; resolves to its URL and how to stop it.
 */
export async function startServer(dataDirectory, pagesDirectory) {
  const server = spawn(python(), ["-m", "infra.local"], {
    cwd: REPOSITORY,
    env: {
      ...process.env,
      PORT: "0",
      SKYLABEL_DATA_DIR: dataDirectory,
      SKYLABEL_PAGES_DIR: pagesDirectory,
      // Files of other servers, and other storages, are served by the tests themselves.
      SKYLABEL_REMOTE_NETWORKS: "127.0.0.0/8",
      SKYLABEL_ADMIN_USERNAME: USERNAME,
      SKYLABEL_ADMIN_PASSWORD: PASSWORD,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise((resolve) => server.on("exit", resolve));
  const url = await readyUrl(server);
  return {
    url,
    async stop() {
      server.kill("SIGTERM");
      await exited;
    },
  };
}

function readyUrl(server) {
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => {
      server.kill("SIGKILL");
      reject(new Error(`the server was not ready in time:\n${printed}`));
    }, START_MILLISECONDS);
    const read = (chunk) => {
      printed += chunk;
      const ready = /Skylabel is ready at (http:\/\/\S+)/.exec(printed);
      if (!ready) return;
      clearTimeout(timer);
      resolve(ready[1]);
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.on("exit", () => {
      clearTimeout(timer);
      reject(new Error(`the server ended:\n${printed}`));
    });
  });
}
