import { Button, Checkbox, Skeleton, Text } from "@mantine/core";
import { IconFolder } from "@tabler/icons-react";
import type { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { StoreEntry, StorePage } from "../../../api/stores";
import { ErrorState } from "../../components/ErrorState";
import { MEDIA_ICONS } from "./FilePicker";
import { mediaKind } from "./mediaSelection";
import classes from "./StoreBrowser.module.css";

interface Props {
  listing: ReturnType<typeof useInfiniteQuery<StorePage>>;
  directory: string;
  /** Whether a search narrows what is shown. */
  narrowed: boolean;
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  onOpen: (directory: string) => void;
  empty: { title: string; text: string };
}

/** The files and folders of one folder, with a check mark each. */
export function StoreEntries(props: Props) {
  const { t } = useTranslation("tasks");
  const { listing, narrowed, directory, empty } = props;
  if (listing.isPending) return <Loading />;
  if (listing.isError) return <ErrorState error={listing.error} onRetry={listing.refetch} />;
  const entries = listing.data.pages.flatMap(({ content }) => content);
  if (entries.length === 0) {
    const title = narrowed ? t("common:list.nothing") : directory ? t("store.empty") : empty.title;
    return (
      <div className={classes.nothing}>
        <Text fw={500}>{title}</Text>
        {!narrowed && !directory && <Text c="dimmed">{empty.text}</Text>}
      </div>
    );
  }
  return (
    <div className={classes.entries}>
      <ul>
        {entries.map((entry) => (
          <Entry key={`${entry.type}/${entry.name}`} entry={entry} {...props} />
        ))}
      </ul>
      {listing.hasNextPage && (
        <Button
          variant="subtle"
          fullWidth
          loading={listing.isFetchingNextPage}
          onClick={() => listing.fetchNextPage()}
        >
          {t("store.more")}
        </Button>
      )}
    </div>
  );
}

function Entry({ entry, directory, chosen, onChange, onOpen }: Props & { entry: StoreEntry }) {
  const { t } = useTranslation("tasks");
  const isFolder = entry.type === "DIR";
  const path = `${directory}${entry.name}${isFolder ? "/" : ""}`;
  const above = chosen.some(
    (other) => other.endsWith("/") && path !== other && path.startsWith(other),
  );
  const isChosen = above || chosen.includes(path);
  const Icon = isFolder ? IconFolder : MEDIA_ICONS[mediaKind(entry.name)];

  function toggle() {
    const others = chosen.filter(
      (other) => other !== path && !(isFolder && other.startsWith(path)),
    );
    onChange(isChosen ? others : [...others, path]);
  }

  return (
    <li className={classes.entry} data-chosen={isChosen || undefined}>
      <Checkbox
        size="xs"
        checked={isChosen}
        disabled={above}
        onChange={toggle}
        aria-label={t("store.choose", { name: entry.name })}
      />
      <Icon size={15} stroke={1.5} />
      {isFolder ? (
        <button type="button" className={classes.folder} onClick={() => onOpen(path)}>
          {entry.name}
        </button>
      ) : (
        <Text truncate>{entry.name}</Text>
      )}
    </li>
  );
}

const ROWS = ["70%", "45%", "60%", "38%"];

function Loading() {
  return (
    <div className={classes.entries} aria-busy>
      {ROWS.map((width) => (
        <div key={width} className={classes.entry}>
          <Skeleton height={12} width={width} />
        </div>
      ))}
    </div>
  );
}
