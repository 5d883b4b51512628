import { expect, test } from "vitest";
import type { CloudStorage } from "../../api/storages";
import { emptyForm, formOf, isComplete, type StorageForm, storageSpec } from "./storageForm";

const FORM: StorageForm = {
  ...emptyForm(),
  name: "Street",
  resource: "street-photos",
  credentials: { ...emptyForm().credentials, key: "AKIA", secret_key: "s+/=" },
  region: "eu-west-1",
  prefix: "a b/ü&x=1/",
  manifests: "manifest.jsonl\n\n other/manifest.jsonl ",
};

function stored(form: StorageForm): CloudStorage {
  const { key: _key, secret_key: _secret, ...spec } = storageSpec(form);
  return { id: 1, owner: null, created_date: "", updated_date: "", ...spec } as CloudStorage;
}

test("a form that is read again is the same, without the credentials", () => {
  const again = formOf(stored(FORM));
  expect(again).toEqual({
    ...FORM,
    credentials: emptyForm().credentials,
    manifests: "manifest.jsonl\nother/manifest.jsonl",
  });
});

test("a new storage needs its credentials, a stored one keeps them", () => {
  const without = { ...FORM, credentials: emptyForm().credentials };
  expect(isComplete(FORM, null)).toBe(true);
  expect(isComplete(without, null)).toBe(false);
  expect(isComplete(without, stored(FORM))).toBe(true);
  expect(isComplete({ ...without, credentialsType: "ANONYMOUS_ACCESS" }, null)).toBe(true);
  const half = { ...without, credentials: { ...without.credentials, key: "AKIA" } };
  expect(isComplete(half, stored(FORM))).toBe(false);
});

test("attributes and credentials of another provider are not sent", () => {
  const azure = storageSpec({
    ...FORM,
    provider: "AZURE_CONTAINER",
    credentialsType: "CONNECTION_STRING",
  });
  expect(azure.specific_attributes).toBe("prefix=a%20b%2F%C3%BC%26x%3D1%2F");
  expect(azure).not.toHaveProperty("key");
});
