// An S3 service of its own, with a bucket of files.
import { spawn } from "node:child_process";
import { python, REPOSITORY } from "./server.mjs";

const CODE = `
import sys, tempfile
from pathlib import Path
from tests.services.s3 import KEY, SECRET_KEY, running
with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
    bucket, *pairs = sys.argv[1:]
    files = dict(pair.split("=", 1) for pair in pairs)
    service.fill(bucket, {key: Path(path).read_bytes() for key, path in files.items()})
    print(service.url, KEY, SECRET_KEY, flush=True)
    sys.stdin.read()
`;

/**
 * Serves a bucket with these files (paths by key) and resolves to its endpoint, its credentials and
 * how to stop it.
 */
export async function startS3(bucket, files) {
  const pairs = Object.entries(files).map(([key, path]) => `${key}=${path}`);
  const service = spawn(python(), ["-c", CODE, bucket, ...pairs], {
    cwd: REPOSITORY,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => service.on("exit", resolve));
  const line = await Promise.race([
    lineOf(service.stdout),
    exited.then(() => {
      throw new Error("the S3 service ended");
    }),
  ]);
  const [endpoint, key, secretKey] = line.split(" ");
  return {
    endpoint,
    key,
    secretKey,
    async stop() {
      service.stdin.end();
      await exited;
    },
  };
}

/** The first line that names an endpoint and its credentials. */
function lineOf(stream) {
  let printed = "";
  return new Promise((resolve) => {
    stream.on("data", (chunk) => {
      printed += chunk;
      const line = /^(http\S+ \S+ \S+)\n/m.exec(printed);
      if (line) resolve(line[1]);
    });
  });
}
