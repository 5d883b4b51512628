import { unzip } from "fflate";

/** The pictures of an archive in the order of their names, which count up from 000000. */
export function unpackPictures(archive: ArrayBuffer): Promise<readonly Blob[]> {
  return new Promise((resolve, reject) => {
    unzip(new Uint8Array(archive), (error, files) => {
      if (error) reject(error);
      else {
        const names = Object.keys(files).sort();
        resolve(names.map((name) => new Blob([files[name] as Uint8Array<ArrayBuffer>])));
      }
    });
  });
}
