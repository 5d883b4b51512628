import { Autocomplete } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { storageContentQuery } from "../../api/stores";
import { errorText } from "../components/errorText";

interface Props {
  storageId: number | null;
  value: string;
  onChange: (path: string) => void;
  /** Extensions of files that are offered; folders are always. */
  extensions: readonly string[];
  disabled: boolean;
}

const SEARCH_AFTER_MILLISECONDS = 250;

/** The path of a file in a cloud storage, with what the storage has of that beginning offered. */
export function StoredFileField({ storageId, value, onChange, extensions, disabled }: Props) {
  const { t } = useTranslation("datasets");
  const [typed] = useDebouncedValue(value, SEARCH_AFTER_MILLISECONDS);
  const directory = typed.slice(0, typed.lastIndexOf("/") + 1);
  const place = { directory, search: typed.slice(directory.length) };
  const listing = useInfiniteQuery({
    ...storageContentQuery(storageId ?? 0, null, place),
    enabled: storageId !== null && !disabled,
  });
  const entries = listing.data?.pages.flatMap(({ content }) => content) ?? [];
  const offered = entries
    .filter(({ type, name }) => type === "DIR" || fits(name, extensions))
    .map(({ type, name }) => `${directory}${name}${type === "DIR" ? "/" : ""}`);
  return (
    <Autocomplete
      size="xs"
      label={t("storage.file")}
      placeholder={t("storage.filePlaceholder")}
      openOnFocus={false}
      disabled={disabled || storageId === null}
      data={[...new Set(offered)]}
      filter={({ options }) => options}
      maxDropdownHeight={260}
      value={value}
      error={listing.error && errorText(listing.error, t)}
      onChange={onChange}
    />
  );
}

function fits(name: string, extensions: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return extensions.length === 0 || extensions.some((extension) => lower.endsWith(extension));
}
