import { type ComboboxItem, type OptionsFilter, Select, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DatasetFormat } from "../../api/types";
import classes from "./FormatSelect.module.css";
import { holdsKey, PURPOSES, purposeOf } from "./formatCatalogue";
import { type Direction, usedFormats } from "./usedFormats";

interface Props {
  formats: readonly DatasetFormat[];
  direction: Direction;
  value: string | null;
  onChange: (name: string) => void;
  disabled: boolean;
  placeholder?: string;
  /** Below the field; by default what the chosen format can hold. */
  hint?: string;
}

/** Chooses a format from a list by purpose; those that were used last come first. */
export function FormatSelect(props: Props) {
  const { formats, direction, value, onChange, disabled, placeholder, hint } = props;
  const { t } = useTranslation("formats");
  const lines = useFormatLines(formats);
  const [search, setSearch] = useState<string | null>(null);
  const groups = useMemo(() => {
    const names = new Set(formats.map(({ name }) => name));
    const used = usedFormats(direction).filter((name) => names.has(name));
    const rest = formats.filter(({ name }) => !used.includes(name));
    const byPurpose = PURPOSES.map((purpose) => ({
      group: t(`purpose.${purpose}`),
      items: rest.filter((format) => purposeOf(format) === purpose).map(({ name }) => name),
    }));
    const all = [{ group: t("used"), items: used }, ...byPurpose];
    return all.filter(({ items }) => items.length > 0);
  }, [formats, direction, t]);
  return (
    <Select
      label={t("label")}
      placeholder={placeholder}
      data-autofocus
      searchable
      openOnFocus={false}
      // Enter takes what a search has found; what is chosen stays marked until something is typed.
      selectFirstOptionOnChange={search !== value}
      onSearchChange={setSearch}
      nothingFoundMessage={t("common:list.nothing")}
      inputWrapperOrder={["label", "input", "description", "error"]}
      description={hint ?? (value ? lines.get(value)?.holds : undefined)}
      data={groups}
      value={value}
      disabled={disabled}
      onChange={(name) => name && onChange(name)}
      filter={byWords(lines)}
      maxDropdownHeight={330}
      // Closer than usual: a line of the description would look out between.
      comboboxProps={{ offset: 4 }}
      renderOption={({ option, checked }) => (
        <Option option={option} holds={lines.get(option.value)?.holds} checked={checked} />
      )}
    />
  );
}

interface Lines {
  holds: string;
  /** What a search looks through. */
  words: string;
}

function useFormatLines(formats: readonly DatasetFormat[]): ReadonlyMap<string, Lines> {
  const { t } = useTranslation("formats");
  return useMemo(
    () =>
      new Map(
        formats.map((format) => {
          const holds = t(`holds.${holdsKey(format)}`, { defaultValue: "" });
          const purpose = t(`purpose.${purposeOf(format)}`);
          return [
            format.name,
            { holds, words: `${format.name} ${purpose} ${holds}`.toLowerCase() },
          ];
        }),
      ),
    [formats, t],
  );
}

/** Every word that was typed is in the name, the purpose or what the format holds. */
function byWords(lines: ReadonlyMap<string, Lines>): OptionsFilter {
  return ({ options, search }) => {
    const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ value }: ComboboxItem) =>
      wanted.every((word) => lines.get(value)?.words.includes(word));
    return options
      .map((option) =>
        "group" in option ? { ...option, items: option.items.filter(fits) } : option,
      )
      .filter((option) => ("group" in option ? option.items.length > 0 : fits(option)));
  };
}

interface OptionProps {
  option: ComboboxItem;
  holds: string | undefined;
  checked: boolean | undefined;
}

function Option({ option, holds, checked }: OptionProps) {
  return (
    <div className={classes.option}>
      <Text fw={500}>{option.label}</Text>
      {holds && (
        <Text fz={12} lh={1.35} className={classes.holds}>
          {holds}
        </Text>
      )}
      {checked && <IconCheck size={14} className={classes.check} />}
    </div>
  );
}
