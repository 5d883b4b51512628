import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { projectQuery, projectsQuery } from "../../../api/projects";

interface Props {
  value: number | null;
  onChange: (projectId: number | null) => void;
}

export function ProjectSelect({ value, onChange }: Props) {
  const { t } = useTranslation("tasks");
  const [typed, setTyped] = useState("");
  const { data: chosen } = useQuery({ ...projectQuery(value ?? 0), enabled: value !== null });
  const [search] = useDebouncedValue(typed === chosen?.name ? "" : typed, 200);
  const listing = { page: 1, pageSize: 20, search, sort: "-updated_date", filters: {} };
  const { data } = useQuery(projectsQuery(listing));
  const found = data?.results ?? [];
  const projects = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  return (
    <Select
      label={t("column.project")}
      placeholder={t("noProject")}
      searchable
      clearable
      data={projects.map(({ id, name }) => ({ value: String(id), label: name }))}
      value={chosen ? String(chosen.id) : null}
      filter={({ options }) => options}
      onSearchChange={setTyped}
      onChange={(id) => onChange(id ? Number(id) : null)}
      nothingFoundMessage={t("common:list.nothing")}
    />
  );
}
