import { Button, Skeleton, Stack } from "@mantine/core";
import { IconChartBar, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Annotated } from "../../api/annotated";
import { type LabelParent, labelsQuery } from "../../api/labels";
import { type Statistics, statisticsQuery } from "../../api/statistics";
import { EmptyState } from "../components/EmptyState";
import { ErrorState } from "../components/ErrorState";
import { ShortcutTooltip } from "../components/ShortcutTooltip";
import { useShortcuts } from "../components/useShortcuts";
import { FramesChart } from "./FramesChart";
import { LabelTable } from "./LabelTable";
import classes from "./Statistics.module.css";
import { Summary } from "./Summary";
import { saveCsv, statisticsCsv } from "./statisticsCsv";

interface Props {
  of: Annotated;
  /** Whose labels are used. */
  parent: LabelParent;
  /** Where an editor shows a frame. */
  frameHref: (frame: number) => string | undefined;
}

/** What is annotated: totals, frames, labels by kind of object. */
export function StatisticsPanel(props: Props) {
  const { of } = props;
  const query = useQuery(statisticsQuery(of));
  if (query.error && !query.data) {
    return <ErrorState error={query.error} onRetry={query.refetch} />;
  }
  if (!query.data) return <Placeholder />;
  if (query.data.total.objects === 0) return <Empty />;
  return <Counted {...props} statistics={query.data} />;
}

function Counted({ of, parent, statistics, frameHref }: Props & { statistics: Statistics }) {
  const { t } = useTranslation("statistics");
  const download = () =>
    saveCsv(`${of.kind}-${of.id}-statistics.csv`, statisticsCsv(statistics.labels));
  const { data: labels } = useQuery(labelsQuery(parent));
  const colors = new Map(labels?.map(({ id, color }) => [id, color]));
  useShortcuts([["d", download]]);
  return (
    <div className={classes.panel}>
      <Summary statistics={statistics} />
      <FramesChart frames={statistics.frames} href={frameHref} />
      <LabelTable
        labels={statistics.labels}
        colors={colors}
        aside={
          <ShortcutTooltip label={t("csv")} keys="D">
            <Button variant="default" leftSection={<IconDownload size={15} />} onClick={download}>
              {t("csvShort")}
            </Button>
          </ShortcutTooltip>
        }
      />
    </div>
  );
}

function Empty() {
  const { t } = useTranslation("statistics");
  return (
    <EmptyState
      icon={<IconChartBar size={28} stroke={1.5} />}
      title={t("empty")}
      text={t("emptyText")}
    />
  );
}

function Placeholder() {
  const { t } = useTranslation();
  return (
    <Stack p="lg" gap="lg" role="status" aria-busy="true" aria-label={t("loading")}>
      <Skeleton height={48} width="60%" />
      <Skeleton height={96} />
      <Skeleton height={240} />
    </Stack>
  );
}
