import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../api/errors";
import { uploadInParts } from "./upload-multipart";

const PART = 4;
const PAGE = 2;

interface Upload {
  name: string;
  size: number;
  parts: Map<number, string>;
  complete: boolean;
}

/** Uploads as the server and the bucket keep them, with parts of four bytes and two links a page. */
class Uploads {
  readonly all = new Map<string, Upload>();
  begun = 0;
  puts = 0;

  async fetch(path: string, { method = "GET", body }: RequestInit): Promise<Response> {
    const [id = "", action] = path.split("/uploads/")[1]?.split("/") ?? [];
    if (!id) return Response.json(this.begin(JSON.parse(String(body))), { status: 201 });
    const upload = this.all.get(id);
    if (!upload) return Response.json({ detail: "Not found." }, { status: 404 });
    if (action !== "complete") return Response.json(this.state(id, upload));
    expect(method).toBe("POST");
    if (this.missing(upload).length > 0) return Response.json({}, { status: 409 });
    upload.complete = true;
    return new Response(null, { status: 204 });
  }

  put(url: string, text: string) {
    this.puts++;
    const [, id = "", number] = url.split("/");
    this.all.get(id)?.parts.set(Number(number), text);
  }

  content(name: string): string {
    const upload = [...this.all.values()].find((one) => one.name === name && one.complete);
    const parts = [...(upload?.parts ?? [])].sort(([a], [b]) => a - b);
    return parts.map(([, text]) => text).join("");
  }

  private begin({ name, size }: { name: string; size: number }) {
    const id = `upload-${++this.begun}`;
    const upload = { name, size, parts: new Map(), complete: false };
    this.all.set(id, upload);
    return this.state(id, upload);
  }

  private missing({ size, parts }: Upload): number[] {
    const numbers = Array.from({ length: Math.ceil(size / PART) }, (_, index) => index + 1);
    return numbers.filter((number) => !parts.has(number));
  }

  private state(id: string, upload: Upload) {
    const links = this.missing(upload).slice(0, PAGE);
    return {
      upload_id: id,
      part_size: PART,
      uploaded: [...upload.parts.keys()],
      parts: links.map((number) => ({ number, url: `bucket/${id}/${number}` })),
    };
  }
}

const putPart = vi.hoisted(() => vi.fn());
vi.mock("./upload-part", () => ({ putPart }));

const ENDPOINT = "/api/tasks/1/data/uploads";
let uploads: Uploads;
let counted: number;

function send(file: File): Promise<void> {
  const add = (bytes: number) => {
    counted += bytes;
  };
  return uploadInParts(ENDPOINT, file, { count: add, skip: add }, new AbortController().signal);
}

beforeEach(() => {
  uploads = new Uploads();
  counted = 0;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => uploads.fetch(path, init));
  putPart.mockImplementation(async (url: string, piece: Blob, onSent: (sent: number) => void) => {
    onSent(1);
    uploads.put(url, await piece.text());
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  putPart.mockReset();
});

test("a file of many parts arrives whole", async () => {
  await send(new File(["0123456789abcdefghi"], "long.mp4"));
  expect(uploads.content("long.mp4")).toBe("0123456789abcdefghi");
  expect(counted).toBe(19);
  expect(localStorage.length).toBe(0);
});

test("a part that the network drops is sent again and counted once", async () => {
  putPart.mockImplementationOnce(async (_url, _piece, onSent) => {
    onSent(3);
    throw new ApiError(0, "");
  });
  await send(new File(["0123456789"], "a.mp4"));
  expect(uploads.content("a.mp4")).toBe("0123456789");
  expect(counted).toBe(10);
});

test("a file chosen again after a reload goes on where it stopped", async () => {
  const choose = () => new File(["bbbbccccdddd"], "b.mp4", { lastModified: 5 });
  putPart.mockImplementation(async (url: string, piece: Blob) => {
    if (url.endsWith("/3")) throw new ApiError(403, "expired");
    uploads.put(url, await piece.text());
  });
  await expect(send(choose())).rejects.toMatchObject({ status: 403 });
  expect(counted).toBe(8);
  putPart.mockImplementation(async (url: string, piece: Blob) => {
    uploads.put(url, await piece.text());
  });
  counted = 0;
  await send(choose());
  expect(counted).toBe(12);
  expect(uploads.begun).toBe(1);
  expect(uploads.puts).toBe(3);
  expect(uploads.content("b.mp4")).toBe("bbbbccccdddd");
});

test("an upload that the server has forgotten is begun anew", async () => {
  const file = new File(["aaaa"], "a.mp4", { lastModified: 5 });
  localStorage.setItem(`skylabel.upload:${ENDPOINT}:a.mp4:4:5`, "long-gone");
  await send(file);
  expect(uploads.content("a.mp4")).toBe("aaaa");
});
