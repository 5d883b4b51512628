import { Select, SimpleGrid, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PROVIDERS, type Provider } from "../../api/storages";
import { ATTRIBUTES, CREDENTIALS_TYPES, emptyForm, type StorageForm } from "./storageForm";

export interface SectionProps {
  form: StorageForm;
  set: (change: Partial<StorageForm>) => void;
  /** The server's words, by its field names. */
  errors: Readonly<Record<string, string>>;
  isStored: boolean;
}

/** Which storage it is: provider, bucket, and where to find it. */
export function ProviderFields({ form, set, errors, isStored }: SectionProps) {
  const { t } = useTranslation("storages");

  function choose(provider: Provider) {
    const { credentials } = emptyForm(provider);
    set({ provider, credentials, credentialsType: CREDENTIALS_TYPES[provider][0] });
  }

  return (
    <SimpleGrid cols={2} spacing="sm">
      <TextInput
        label={t("field.name")}
        required
        data-autofocus
        maxLength={63}
        value={form.name}
        error={errors.display_name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Select
        label={t("field.provider")}
        data={PROVIDERS.map((value) => ({ value, label: t(`provider.${value}`) }))}
        value={form.provider}
        disabled={isStored}
        allowDeselect={false}
        onChange={(provider) => provider && choose(provider as Provider)}
      />
      <TextInput
        label={t(`field.resource.${form.provider}`)}
        required
        maxLength={222}
        value={form.resource}
        error={errors.resource}
        onChange={(event) => set({ resource: event.currentTarget.value })}
      />
      {ATTRIBUTES[form.provider].map((field) => (
        <TextInput
          key={field}
          label={t(`field.${field}`)}
          placeholder={t(`field.${field}Placeholder`)}
          value={form[field]}
          error={field === "endpoint" && errors.specific_attributes}
          onChange={(event) => set({ [field]: event.currentTarget.value })}
        />
      ))}
    </SimpleGrid>
  );
}
