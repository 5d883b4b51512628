import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { User } from "../../api/types";
import { usersQuery } from "../../api/users";

interface Props {
  label?: string;
  value: User | null;
  onChange: (userId: number | null) => void;
  unstyled?: boolean;
}

/** Chooses an assignee; empty means nobody. */
export function UserSelect({ label, value, onChange, unstyled }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed === value?.username ? "" : typed, 200);
  const { data: found = [] } = useQuery({ ...usersQuery(search), enabled: opened });
  const users = value && !found.some(({ id }) => id === value.id) ? [value, ...found] : found;
  return (
    <Select
      label={label}
      aria-label={label ? undefined : t("assignee.label")}
      variant={unstyled ? "unstyled" : "default"}
      placeholder={t("assignee.nobody")}
      nothingFoundMessage={t("list.nothing")}
      searchable
      clearable
      value={value ? String(value.id) : null}
      data={users.map(({ id, username }) => ({ value: String(id), label: username }))}
      onSearchChange={setTyped}
      onDropdownOpen={() => setOpened(true)}
      filter={({ options }) => options}
      onChange={(id) => onChange(id ? Number(id) : null)}
      comboboxProps={{ width: 200, position: "bottom-start" }}
    />
  );
}
