import type { CloudStorage, CredentialsType, Provider, StorageSpec } from "../../api/storages";

/** What the dialog holds. Credentials are empty when a storage is changed: they never come back. */
export interface StorageForm {
  provider: Provider;
  name: string;
  resource: string;
  description: string;
  credentialsType: CredentialsType;
  credentials: Credentials;
  region: string;
  endpoint: string;
  prefix: string;
  projectId: string;
  /** Keys of manifests, one a line. */
  manifests: string;
}

export interface Credentials {
  key: string;
  secret_key: string;
  session_token: string;
  account_name: string;
  connection_string: string;
  key_file: string;
}

export const NO_CREDENTIALS: Credentials = {
  key: "",
  secret_key: "",
  session_token: "",
  account_name: "",
  connection_string: "",
  key_file: "",
};

/** The ways in that each provider has; the first one is offered. */
export const CREDENTIALS_TYPES: Record<Provider, readonly CredentialsType[]> = {
  AWS_S3_BUCKET: ["KEY_SECRET_KEY_PAIR", "ANONYMOUS_ACCESS"],
  AZURE_CONTAINER: ["ACCOUNT_NAME_TOKEN_PAIR", "CONNECTION_STRING", "ANONYMOUS_ACCESS"],
  GOOGLE_CLOUD_STORAGE: ["KEY_FILE_PATH", "ANONYMOUS_ACCESS"],
};

export type AttributeField = "region" | "endpoint" | "prefix" | "projectId";

/** The attributes that each provider has. */
export const ATTRIBUTES: Record<Provider, readonly AttributeField[]> = {
  AWS_S3_BUCKET: ["region", "endpoint", "prefix"],
  AZURE_CONTAINER: ["prefix"],
  GOOGLE_CLOUD_STORAGE: ["projectId", "prefix"],
};

const SPELLED: Record<AttributeField, string> = {
  region: "region",
  endpoint: "endpoint_url",
  prefix: "prefix",
  projectId: "project_id",
};

/** Fields of the credentials that a way in needs, and whether it can do without them. */
export function credentialFields(
  provider: Provider,
  type: CredentialsType,
): { field: keyof Credentials; optional?: boolean }[] {
  switch (type) {
    case "KEY_SECRET_KEY_PAIR":
      return [{ field: "key" }, { field: "secret_key" }];
    case "ACCOUNT_NAME_TOKEN_PAIR":
      return [{ field: "account_name" }, { field: "session_token" }];
    case "CONNECTION_STRING":
      return [{ field: "connection_string" }];
    case "KEY_FILE_PATH":
      return [{ field: "key_file" }];
    case "ANONYMOUS_ACCESS":
      return provider === "AZURE_CONTAINER" ? [{ field: "account_name" }] : [];
  }
}

export function emptyForm(provider: Provider = "AWS_S3_BUCKET"): StorageForm {
  return {
    provider,
    name: "",
    resource: "",
    description: "",
    credentialsType: CREDENTIALS_TYPES[provider][0] as CredentialsType,
    credentials: NO_CREDENTIALS,
    region: "",
    endpoint: "",
    prefix: "",
    projectId: "",
    manifests: "",
  };
}

export function formOf(storage: CloudStorage): StorageForm {
  const attributes = new URLSearchParams(storage.specific_attributes.replaceAll("+", "%2B"));
  const attribute = (field: AttributeField) => attributes.get(SPELLED[field]) ?? "";
  return {
    provider: storage.provider_type,
    name: storage.display_name,
    resource: storage.resource,
    description: storage.description,
    credentialsType: storage.credentials_type,
    credentials: NO_CREDENTIALS,
    region: attribute("region"),
    endpoint: attribute("endpoint"),
    prefix: attribute("prefix"),
    projectId: attribute("projectId"),
    manifests: storage.manifests.join("\n"),
  };
}

/** Whether everything that must be given is; of a stored one, credentials may stay as they are. */
export function isComplete(form: StorageForm, stored: CloudStorage | null): boolean {
  const fields = credentialFields(form.provider, form.credentialsType);
  const given = fields.filter(({ field }) => form.credentials[field].trim());
  const untouched = stored?.credentials_type === form.credentialsType && given.length === 0;
  const credentials =
    untouched || fields.every(({ field, optional }) => optional || form.credentials[field].trim());
  return credentials && form.name.trim() !== "" && form.resource.trim() !== "";
}

/** The storage as the server takes it. */
export function storageSpec(form: StorageForm): StorageSpec {
  const attributes = ATTRIBUTES[form.provider]
    .filter((field) => form[field].trim())
    .map((field) => `${SPELLED[field]}=${encodeURIComponent(form[field].trim())}`);
  const credentials = credentialFields(form.provider, form.credentialsType)
    .map(({ field }) => [field, form.credentials[field].trim()] as const)
    .filter(([, value]) => value !== "");
  return {
    provider_type: form.provider,
    resource: form.resource.trim(),
    display_name: form.name.trim(),
    description: form.description,
    credentials_type: form.credentialsType,
    specific_attributes: attributes.join("&"),
    manifests: form.manifests
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
    ...Object.fromEntries(credentials),
  };
}
