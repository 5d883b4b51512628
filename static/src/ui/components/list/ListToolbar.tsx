import { ActionIcon, Group, Select, Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./List.module.css";
import type { ListingControls } from "./useListing";

export interface ListFilter {
  name: string;
  /** What the list shows when nothing is chosen: "Any status". */
  anyLabel: string;
  options: readonly { value: string; label: string }[];
}

interface Props {
  controls: ListingControls;
  filters?: readonly ListFilter[];
  /** False where the server offers no search. */
  searchable?: boolean;
  /** How many items match, already in words: "12 tasks". */
  count?: string;
  /** What can be done with the chosen rows, after the count. */
  aside?: ReactNode;
}

export function ListToolbar({ controls, filters = [], searchable = true, count, aside }: Props) {
  return (
    <search className={classes.toolbar}>
      {searchable && <SearchField controls={controls} />}
      {filters.map((filter) => (
        <FilterField key={filter.name} filter={filter} controls={controls} />
      ))}
      <div className={classes.aside}>
        <Text c="dimmed" className="tabular" aria-live="polite">
          {count}
        </Text>
        {aside}
      </div>
    </search>
  );
}

function SearchField({ controls }: { controls: ListingControls }) {
  const { t } = useTranslation();
  const [text, setText] = useState(controls.listing.search);
  const submit = useDebouncedCallback(controls.setSearch, 250);

  function type(value: string) {
    setText(value);
    submit(value.trim());
  }

  return (
    <Tooltip label={t("list.searchHint")}>
      <TextInput
        data-search
        className={classes.search}
        placeholder={t("list.search")}
        aria-label={t("list.search")}
        leftSection={<IconSearch size={15} />}
        rightSection={
          text && (
            <ActionIcon size={20} aria-label={t("list.clear")} onClick={() => type("")}>
              <IconX size={13} />
            </ActionIcon>
          )
        }
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
      />
    </Tooltip>
  );
}

function FilterField({ filter, controls }: { filter: ListFilter; controls: ListingControls }) {
  const value = controls.listing.filters[filter.name] ?? "";
  return (
    <Group gap={4}>
      <Select
        w={170}
        aria-label={filter.anyLabel}
        placeholder={filter.anyLabel}
        data={filter.options}
        value={value || null}
        clearable
        onChange={(next) => controls.setFilter(filter.name, next ?? "")}
      />
    </Group>
  );
}
