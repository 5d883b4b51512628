import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { send } from "./client";
import { type Listing, listingQuery } from "./listing";
import type { Page, Storage } from "./types";

export const storagesKey = ["cloudstorages"] as const;

export const PROVIDERS = ["AWS_S3_BUCKET", "AZURE_CONTAINER", "GOOGLE_CLOUD_STORAGE"] as const;
export type Provider = (typeof PROVIDERS)[number];

export type CredentialsType =
  | "KEY_SECRET_KEY_PAIR"
  | "ACCOUNT_NAME_TOKEN_PAIR"
  | "KEY_FILE_PATH"
  | "CONNECTION_STRING"
  | "ANONYMOUS_ACCESS";

export interface CloudStorage {
  id: number;
  provider_type: Provider;
  resource: string;
  display_name: string;
  credentials_type: CredentialsType;
  /** `region=…&endpoint_url=…&prefix=…`, values percent-encoded. */
  specific_attributes: string;
  description: string;
  manifests: string[];
  owner: { id: number; username: string } | null;
  created_date: string;
  updated_date: string;
}

/** What a storage is created from; of a change, only what is new. Credentials never come back. */
export type StorageSpec = Partial<
  Pick<
    CloudStorage,
    | "provider_type"
    | "resource"
    | "display_name"
    | "credentials_type"
    | "specific_attributes"
    | "description"
    | "manifests"
  > & {
    key: string;
    secret_key: string;
    session_token: string;
    account_name: string;
    connection_string: string;
    key_file: string;
  }
>;

export type StorageStatus = "AVAILABLE" | "FORBIDDEN" | "NOT_FOUND";

export function storagesQuery(listing: Listing) {
  return queryOptions({
    queryKey: [...storagesKey, "list", listing],
    queryFn: async ({ signal }) => {
      const query = Object.entries(listingQuery(listing)).map(([name, value]) => [
        name,
        String(value),
      ]);
      const response = await send(`/api/cloudstorages?${new URLSearchParams(query)}`, { signal });
      return (await response.json()) as Page<CloudStorage>;
    },
    placeholderData: keepPreviousData,
  });
}

/** The cloud storage that files go to, null where they stay with the server. */
export function cloudOf(place: Storage | null | undefined): number | null {
  return place?.location === "cloud_storage" ? (place.cloud_storage_id ?? null) : null;
}

/** Every storage, for choosing one. */
export const ALL_STORAGES = {
  page: 1,
  pageSize: 500,
  search: "",
  sort: "display_name",
  filters: {},
};

export function storageQuery(id: number) {
  return queryOptions({
    queryKey: [...storagesKey, id],
    queryFn: async ({ signal }) =>
      (await (await send(`/api/cloudstorages/${id}`, { signal })).json()) as CloudStorage,
  });
}

/** Whether the provider lets the server in; asks the provider, so it takes a moment. */
export function storageStatusQuery(id: number) {
  return queryOptions({
    queryKey: [...storagesKey, id, "status"],
    queryFn: async ({ signal }) => {
      const response = await send(`/api/cloudstorages/${id}/status`, { signal });
      // As plain text from some servers, as a JSON string from others.
      return (await response.text()).replaceAll('"', "") as StorageStatus;
    },
    staleTime: 60_000,
  });
}

async function write(path: string, method: "POST" | "PATCH", spec: StorageSpec) {
  const headers = { "Content-Type": "application/json" };
  const response = await send(path, { method, headers, body: JSON.stringify(spec) });
  return (await response.json()) as CloudStorage;
}

export function createStorage(spec: StorageSpec): Promise<CloudStorage> {
  return write("/api/cloudstorages", "POST", spec);
}

export function updateStorage(id: number, spec: StorageSpec): Promise<CloudStorage> {
  return write(`/api/cloudstorages/${id}`, "PATCH", spec);
}

export function deleteStorage(id: number): Promise<unknown> {
  return send(`/api/cloudstorages/${id}`, { method: "DELETE" });
}
