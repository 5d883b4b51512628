import { Button, Skeleton, Text } from "@mantine/core";
import { IconAlertTriangle, IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { errorText } from "../../components/errorText";
import classes from "./History.module.css";

interface Props {
  /** The object whose history is asked for is not with the server yet. */
  readonly isUnsaved: boolean;
  readonly isLoading: boolean;
  readonly error: unknown;
  /** How many revisions were looked through. */
  readonly fetched: number;
  readonly hasMore: boolean;
  onMore(): void;
  onRetry(): void;
}

const ROWS = ["a", "b", "c", "d", "e", "f"];

/** What stands in the place of revisions where none can be listed. */
export function HistoryState(props: Props) {
  const { t } = useTranslation("history");
  const { isUnsaved, isLoading, error, fetched, hasMore, onMore, onRetry } = props;
  if (error) {
    return (
      <div className={classes.state} role="alert">
        <IconAlertTriangle size={24} stroke={1.5} color="var(--mantine-color-error)" />
        <Text>{t("state.failed")}</Text>
        <Text c="dimmed">{errorText(error, t)}</Text>
        <Button variant="default" onClick={onRetry}>
          {t("state.retry")}
        </Button>
      </div>
    );
  }
  if (isLoading) {
    return (
      <div className={classes.list} aria-busy="true">
        {ROWS.map((row) => (
          <div key={row} className={classes.placeholder}>
            <Skeleton height={10} width="62%" />
            <Skeleton height={9} width="40%" />
          </div>
        ))}
      </div>
    );
  }
  if (fetched === 0) {
    return (
      <div className={classes.state}>
        <IconHistory size={24} stroke={1.5} />
        <Text c="dimmed">{t(isUnsaved ? "state.unsaved" : "state.empty")}</Text>
      </div>
    );
  }
  return (
    <div className={classes.state}>
      <Text c="dimmed">
        {hasMore ? t("state.noneAmong", { count: fetched }) : t("state.nothingFound")}
      </Text>
      {hasMore && (
        <Button variant="default" onClick={onMore}>
          {t("state.searchOlder")}
        </Button>
      )}
    </div>
  );
}
