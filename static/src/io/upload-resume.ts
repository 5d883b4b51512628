/**
 * Which uploads this browser has begun, so that choosing the same file again after a reload or a
 * crash goes on instead of starting over.
 */

function storageKey(endpoint: string, file: File): string {
  return `skylabel.upload:${endpoint}:${file.name}:${file.size}:${file.lastModified}`;
}

export function rememberedUpload(endpoint: string, file: File): string | null {
  return localStorage.getItem(storageKey(endpoint, file));
}

export function rememberUpload(endpoint: string, file: File, uploadId: string): void {
  localStorage.setItem(storageKey(endpoint, file), uploadId);
}

export function forgetUpload(endpoint: string, file: File): void {
  localStorage.removeItem(storageKey(endpoint, file));
}
