import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../api/errors";
import { MediaUploader } from "./upload-media";
import type { UploadProgress } from "./upload-progress";

const MEBIBYTE = 1024 * 1024;

interface Described {
  name: string;
  size: number;
}

/** Batches as the server keeps them, and a large file in one part. */
class Server {
  readonly objects = new Map<string, Blob>();
  readonly noted = new Set<string>();
  readonly asked: string[] = [];

  fetch(path: string, { body }: RequestInit): Response {
    const step = path.split("/uploads")[1] ?? "";
    this.asked.push(step);
    if (step === "/batch") return Response.json({ files: this.links(bodyOf(body)) });
    if (step === "/batch/complete") return this.complete(bodyOf(body));
    if (step === "/large/complete") return new Response(null, { status: 204 });
    const parts = [{ number: 1, url: "bucket/large" }];
    return Response.json({ upload_id: "large", part_size: 64 * MEBIBYTE, uploaded: [], parts });
  }

  private links(files: Described[]) {
    return files.map(({ name, size }) => ({
      url: `bucket/${name}`,
      content_type: "application/octet-stream",
      arrived: this.objects.get(name)?.size === size,
    }));
  }

  private complete(files: Described[]): Response {
    const missing = files.filter(({ name, size }) => this.objects.get(name)?.size !== size);
    if (missing.length > 0) return Response.json({ missing }, { status: 409 });
    for (const { name } of files) this.noted.add(name);
    return new Response(null, { status: 204 });
  }
}

function bodyOf(body: RequestInit["body"]): Described[] {
  return JSON.parse(String(body)).files;
}

const putPart = vi.hoisted(() => vi.fn());
vi.mock("./upload-part", () => ({ putPart }));

let server: Server;
let progress: UploadProgress | undefined;
let stop: AbortController;

function options() {
  return {
    onProgress: (seen: UploadProgress) => {
      progress = seen;
    },
    signal: stop.signal,
  };
}

async function put(url: string, body: Blob, onSent: (sent: number) => void) {
  onSent(1);
  server.objects.set(url.replace("bucket/", ""), body);
}

function photographs(count: number, content = "photo"): File[] {
  return Array.from(
    { length: count },
    (_, index) => new File([content], `${index}.jpg`, { lastModified: 5 }),
  );
}

beforeEach(() => {
  server = new Server();
  stop = new AbortController();
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => server.fetch(path, init));
  putPart.mockImplementation(put);
});

afterEach(() => {
  vi.unstubAllGlobals();
  putPart.mockReset();
  localStorage.clear();
});

test("many small files take one request for links, a PUT each, and one to end", async () => {
  await new MediaUploader(1).send(photographs(200), options());
  expect(server.asked).toEqual(["/batch", "/batch/complete"]);
  expect(putPart).toHaveBeenCalledTimes(200);
  expect(putPart.mock.calls[0]?.[4]).toBe("application/octet-stream");
  expect(server.noted.size).toBe(200);
  expect(progress).toMatchObject({ sent: 1000, total: 1000, filesDone: 200, files: 200 });
  expect(localStorage.length).toBe(0);
});

test("more files than a batch holds, or more bytes, take several", async () => {
  await new MediaUploader(1).send(photographs(401), options());
  expect(server.asked.filter((step) => step === "/batch")).toHaveLength(3);
  const content = "x".repeat(8 * MEBIBYTE);
  server.asked.length = 0;
  await new MediaUploader(1).send(photographs(33, content), options());
  expect(server.asked.filter((step) => step === "/batch")).toHaveLength(2);
  expect(server.noted.size).toBe(401);
});

test("a large file goes in parts, beside small ones", async () => {
  const film = new File([new Uint8Array(8 * MEBIBYTE + 1)], "film.mp4");
  await new MediaUploader(1).send([film, ...photographs(2)], options());
  expect(server.asked.toSorted()).toEqual(["", "/batch", "/batch/complete", "/large/complete"]);
  expect(server.objects.get("large")?.size).toBe(film.size);
  expect(progress).toMatchObject({ sent: film.size + 10, filesDone: 3 });
});

test("a file that the network drops is sent again and counted once", async () => {
  putPart.mockImplementationOnce(async (_url, _body, onSent) => {
    onSent(3);
    throw new ApiError(0, "");
  });
  await new MediaUploader(1).send(photographs(3), options());
  expect(putPart).toHaveBeenCalledTimes(4);
  expect(progress).toMatchObject({ sent: 15, total: 15, filesDone: 3 });
});

test("links that have run out are asked for again, for what has not arrived", async () => {
  putPart.mockImplementation(async (url, body, onSent) => {
    if (url === "bucket/1.jpg" && putPart.mock.calls.length < 4) throw new ApiError(403, "expired");
    await put(url, body, onSent);
  });
  await new MediaUploader(1).send(photographs(3), options());
  expect(server.asked).toEqual(["/batch", "/batch", "/batch/complete"]);
  expect(server.noted.size).toBe(3);
  expect(progress).toMatchObject({ sent: 15, filesDone: 3 });
});

test("a refusal ends it, and the same files go on where they stopped, even after a reload", async () => {
  const refused = async (url: string, body: Blob, onSent: (sent: number) => void) => {
    if (url === "bucket/2.jpg") throw new ApiError(400, "no");
    await put(url, body, onSent);
  };
  putPart.mockImplementation(refused);
  await expect(new MediaUploader(1).send(photographs(3), options())).rejects.toThrow();
  expect(server.noted.size).toBe(0);
  putPart.mockReset();
  putPart.mockImplementation(put);
  await new MediaUploader(1).send(photographs(3), options());
  expect(putPart).toHaveBeenCalledTimes(1);
  expect(server.noted.size).toBe(3);
  expect(progress).toMatchObject({ sent: 15, filesDone: 3 });
});

test("an object of the same name and size that another file made is replaced", async () => {
  server.objects.set("0.jpg", new Blob(["other"]));
  await new MediaUploader(1).send(photographs(1), options());
  expect(await server.objects.get("0.jpg")?.text()).toBe("photo");
});

test("files that have arrived are not sent again by the same uploader", async () => {
  const uploader = new MediaUploader(1);
  const files = photographs(2);
  await uploader.send(files, options());
  await uploader.send([...files, new File(["more"], "more.jpg")], options());
  expect(putPart).toHaveBeenCalledTimes(3);
  expect(progress).toMatchObject({ sent: 14, total: 14, filesDone: 3 });
});

test("when it is stopped nothing more is sent", async () => {
  putPart.mockImplementation(async () => {
    stop.abort();
    throw stop.signal.reason;
  });
  const sending = new MediaUploader(1).send(photographs(20), options());
  await expect(sending).rejects.toMatchObject({ name: "AbortError" });
  expect(putPart.mock.calls.length).toBeLessThanOrEqual(6);
  expect(server.asked).toEqual(["/batch"]);
});
