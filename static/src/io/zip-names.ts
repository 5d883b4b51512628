/** Bytes from the end in which the end record of an archive stands. */
const TAIL_BYTES = 22 + 0xffff;
/** Of the directory, read at most: enough for many thousand names. */
const DIRECTORY_BYTES = 4 * 1024 * 1024;

const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** Of an entry in the directory, without its name. */
const ENTRY_BYTES = 46;
/** In place of an offset that stands in a record of zip64. */
const ELSEWHERE = 0xffffffff;

/**
 * Names of the files in a zip archive, as its directory lists them; the first of them where the
 * directory is very long. Null if it is no archive, or one whose directory stands beyond 4 GB.
 */
export async function zipNames(file: Blob): Promise<string[] | null> {
  const tail = await viewOf(file.slice(Math.max(0, file.size - TAIL_BYTES)));
  const end = lastEnd(tail);
  if (end === null) return null;
  const size = tail.getUint32(end + 12, true);
  const start = tail.getUint32(end + 16, true);
  if (start === ELSEWHERE || start >= file.size) return null;
  return namesIn(await viewOf(file.slice(start, start + Math.min(size, DIRECTORY_BYTES))));
}

async function viewOf(part: Blob): Promise<DataView> {
  return new DataView(await part.arrayBuffer());
}

function lastEnd(tail: DataView): number | null {
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) === END) return at;
  }
  return null;
}

function namesIn(directory: DataView): string[] {
  const decoder = new TextDecoder();
  const names: string[] = [];
  let at = 0;
  while (at + ENTRY_BYTES <= directory.byteLength && directory.getUint32(at, true) === ENTRY) {
    const length = directory.getUint16(at + 28, true);
    const begin = at + ENTRY_BYTES;
    if (begin + length > directory.byteLength) break;
    const bytes = new Uint8Array(directory.buffer, directory.byteOffset + begin, length);
    names.push(decoder.decode(bytes));
    at = begin + length + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
  return names;
}
