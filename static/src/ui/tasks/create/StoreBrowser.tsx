import { ActionIcon, Anchor, Breadcrumbs, Button, Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StorePlace, shareQuery } from "../../../api/stores";
import classes from "./StoreBrowser.module.css";
import { StoreEntries } from "./StoreEntries";

interface Props {
  /** What the outermost folder is called. */
  root: string;
  query: (place: StorePlace) => ReturnType<typeof shareQuery>;
  /** Paths in the order they were chosen; those of folders end with a slash. */
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  empty: { title: string; text: string };
}

const SEARCH_AFTER_MILLISECONDS = 250;

/** Walks through the folders of a store and chooses files and whole folders. */
export function StoreBrowser({ root, query, chosen, onChange, empty }: Props) {
  const { t } = useTranslation("tasks");
  const [directory, setDirectory] = useState("");
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, SEARCH_AFTER_MILLISECONDS);
  const listing = useInfiniteQuery(query({ directory, search }));

  function open(path: string) {
    setDirectory(path);
    setTyped("");
  }

  return (
    <div>
      <div className={classes.browser}>
        <div className={classes.bar}>
          <Trail root={root} directory={directory} onOpen={open} />
          <TextInput
            size="xs"
            w={200}
            leftSection={<IconSearch size={14} />}
            placeholder={t("store.search")}
            aria-label={t("store.search")}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <StoreEntries
          listing={listing}
          directory={directory}
          narrowed={search !== ""}
          chosen={chosen}
          onChange={onChange}
          onOpen={open}
          empty={empty}
        />
      </div>
      <Chosen chosen={chosen} onChange={onChange} />
    </div>
  );
}

interface TrailProps {
  root: string;
  directory: string;
  onOpen: (directory: string) => void;
}

function Trail({ root, directory, onOpen }: TrailProps) {
  const steps = directory.split("/").filter(Boolean);
  const places = [
    { name: root, path: "" },
    ...steps.map((name, index) => ({ name, path: `${steps.slice(0, index + 1).join("/")}/` })),
  ];
  return (
    <Breadcrumbs separatorMargin={5} className={classes.trail}>
      {places.map(({ name, path }) =>
        path === directory ? (
          <Text key={path} fw={500} truncate>
            {name}
          </Text>
        ) : (
          <Anchor key={path} component="button" type="button" onClick={() => onOpen(path)}>
            {name}
          </Anchor>
        ),
      )}
    </Breadcrumbs>
  );
}

function Chosen({ chosen, onChange }: Pick<Props, "chosen" | "onChange">) {
  const { t } = useTranslation("tasks");
  if (chosen.length === 0) return null;
  return (
    <>
      <div className={classes.summary}>
        <Text c="dimmed">{t("store.chosen", { count: chosen.length })}</Text>
        <Button variant="subtle" size="compact-xs" onClick={() => onChange([])}>
          {t("media.clear")}
        </Button>
      </div>
      <ul className={classes.chosen}>
        {chosen.map((path) => (
          <li key={path}>
            <Text truncate>{path}</Text>
            <Tooltip label={t("media.remove", { name: path })}>
              <ActionIcon
                size={24}
                aria-label={t("media.remove", { name: path })}
                onClick={() => onChange(chosen.filter((other) => other !== path))}
              >
                <IconX size={13} />
              </ActionIcon>
            </Tooltip>
          </li>
        ))}
      </ul>
    </>
  );
}
