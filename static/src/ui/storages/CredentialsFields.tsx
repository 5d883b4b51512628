import { FileInput, PasswordInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CredentialsType } from "../../api/storages";
import type { SectionProps } from "./ProviderFields";
import {
  CREDENTIALS_TYPES,
  type Credentials,
  credentialFields,
  NO_CREDENTIALS,
} from "./storageForm";

/** Names of accounts and keys may be seen; what opens the door may not. */
const PLAIN: ReadonlySet<keyof Credentials> = new Set(["key", "account_name"]);

/** How the server gets in. Of a stored storage, empty fields leave its credentials as they are. */
export function CredentialsFields({ form, set, errors, isStored }: SectionProps) {
  const { t } = useTranslation("storages");
  const change = (field: keyof Credentials, value: string) =>
    set({ credentials: { ...form.credentials, [field]: value } });
  return (
    <SimpleGrid cols={2} spacing="sm">
      <Select
        label={t("field.credentialsType")}
        data={CREDENTIALS_TYPES[form.provider].map((value) => ({
          value,
          label: t(`credentials.${value}`),
        }))}
        value={form.credentialsType}
        error={errors.credentials_type}
        allowDeselect={false}
        onChange={(type) =>
          type && set({ credentialsType: type as CredentialsType, credentials: NO_CREDENTIALS })
        }
      />
      {credentialFields(form.provider, form.credentialsType).map(({ field }) =>
        field === "key_file" ? (
          <KeyFile
            key={field}
            error={errors[field]}
            isStored={isStored}
            onRead={(text) => change(field, text)}
          />
        ) : (
          <Secret
            key={field}
            field={field}
            value={form.credentials[field]}
            error={errors[field]}
            isStored={isStored}
            onChange={(value) => change(field, value)}
          />
        ),
      )}
    </SimpleGrid>
  );
}

interface SecretProps {
  field: keyof Credentials;
  value: string;
  error?: string;
  isStored: boolean;
  onChange: (value: string) => void;
}

function Secret({ field, value, error, isStored, onChange }: SecretProps) {
  const { t } = useTranslation("storages");
  const Field = PLAIN.has(field) ? TextInput : PasswordInput;
  return (
    <Field
      label={t(`field.${field}`)}
      placeholder={isStored ? t("field.unchanged") : undefined}
      autoComplete="off"
      spellCheck={false}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface KeyFileProps {
  error?: string;
  isStored: boolean;
  onRead: (text: string) => void;
}

function KeyFile({ error, isStored, onRead }: KeyFileProps) {
  const { t } = useTranslation("storages");
  const [file, setFile] = useState<File | null>(null);
  return (
    <FileInput
      label={t("field.key_file")}
      placeholder={isStored ? t("field.unchanged") : t("field.key_filePlaceholder")}
      accept="application/json,.json"
      clearable
      value={file}
      error={error}
      onChange={async (chosen) => {
        setFile(chosen);
        onRead(chosen ? await chosen.text() : "");
      }}
    />
  );
}
