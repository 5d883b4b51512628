import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { IconSearch, IconUser } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useJobSession } from "../jobContext";
import classes from "./History.module.css";
import type { RevisionFilter } from "./revisionFilter";

interface Props {
  readonly value: RevisionFilter;
  onChange(filter: RevisionFilter): void;
}

export function HistoryFilter({ value, onChange }: Props) {
  const { t } = useTranslation("history");
  const { past } = useJobSession();
  return (
    <div className={classes.filter}>
      <TextInput
        className={classes.search}
        placeholder={t("filter.search")}
        aria-label={t("filter.search")}
        leftSection={<IconSearch size={14} />}
        value={value.text}
        onChange={(event) => onChange({ ...value, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (value.text) onChange({ ...value, text: "" });
          else past.leave();
        }}
      />
      <Tooltip label={t("filter.mine")}>
        <ActionIcon
          variant={value.mine ? "light" : "default"}
          color={value.mine ? "sky" : "gray"}
          aria-label={t("filter.mine")}
          aria-pressed={value.mine}
          onClick={() => onChange({ ...value, mine: !value.mine })}
        >
          <IconUser size={15} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
