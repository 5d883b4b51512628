import { Button, CopyButton, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCircleCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Report } from "../../api/reports";
import { isInStorage } from "../../api/requests";
import type { BackgroundRequest } from "../../api/types";
import { formatNumber } from "../../i18n/format";
import { FileCountsTable } from "./FileCountsTable";
import classes from "./Report.module.css";
import { changedIn, type Entry, isComplete, kindsIn, leftOutOf } from "./reportLines";
import { reportText } from "./reportText";
import { kindName, reasonText, summaryText } from "./reportWords";

interface Props {
  report: Report;
  request: BackgroundRequest;
}

/** What an export or import took over, what it changed and what it left out and why. */
export function ReportView({ report, request }: Props) {
  const { t, i18n } = useTranslation("reports");
  const complete = isComplete(report);
  const context = report.verb.toLowerCase();
  return (
    <section className={classes.report} aria-label={t("title")}>
      <div role="status" className={classes.summary} data-complete={complete || undefined}>
        {complete ? <IconCircleCheck size={20} /> : <IconAlertTriangle size={20} />}
        <div>
          <Text fw={600}>{summaryText(report, t, i18n.language)}</Text>
          <Text c="dimmed">{t(complete ? "complete" : "incomplete", { context })}</Text>
          {isInStorage(request) && <Text c="dimmed">{t("inStorage")}</Text>}
        </div>
      </div>
      <div className={classes.scroll}>
        <Kinds report={report} />
        <Entries title={t("changed")} entries={changedIn(report)} />
        <Entries title={t("leftOut")} entries={leftOutOf(report)} />
        <NewLabels names={report.new_labels ?? []} />
        <Labels labels={report.labels} />
        <FileCountsTable report={report} />
      </div>
      <Group justify="space-between" gap="xs">
        <Text c="dimmed" fz={12}>
          {report.format}
        </Text>
        <CopyReport text={() => reportText(report, t, i18n.language)} />
      </Group>
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes.part}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

function Kinds({ report }: { report: Report }) {
  const { t, i18n } = useTranslation("reports");
  const kinds = kindsIn(report);
  if (kinds.length === 0) return null;
  return (
    <Part title={t("taken")}>
      <ul className={classes.kinds}>
        {kinds.map(([kind, count]) => (
          <li key={kind}>
            {kindName(kind, t)}
            <span className="tabular">{formatNumber(count, i18n.language)}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Entries({ title, entries }: { title: string; entries: readonly Entry[] }) {
  const { t, i18n } = useTranslation("reports");
  if (entries.length === 0) return null;
  return (
    <Part title={title}>
      <ul className={classes.entries}>
        {entries.map(({ text, count, examples, hasMore }) => (
          <li key={text}>
            <span className="tabular">{formatNumber(count, i18n.language)}</span>
            <div>
              <Text>{reasonText(text, t)}</Text>
              {examples.length > 0 && (
                <Text c="dimmed" fz={12} className={classes.examples}>
                  {examples.join("; ")}
                  {hasMore && "; …"}
                </Text>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Labels({ labels }: { labels: Report["labels"] }) {
  const { t, i18n } = useTranslation("reports");
  const names = Object.entries(labels).sort(([, a], [, b]) => b - a);
  if (names.length === 0) return null;
  return (
    <Part title={t("labels")}>
      <ul className={classes.kinds}>
        {names.map(([name, count]) => (
          <li key={name}>
            <bdi>{name}</bdi>
            <span className="tabular">{formatNumber(count, i18n.language)}</span>
          </li>
        ))}
      </ul>
      <Text c="dimmed" fz={12} mt={6}>
        {t("labelsHint")}
      </Text>
    </Part>
  );
}

function NewLabels({ names }: { names: readonly string[] }) {
  const { t } = useTranslation("reports");
  if (names.length === 0) return null;
  return (
    <Part title={t("newLabels")}>
      <ul className={classes.kinds}>
        {names.map((name) => (
          <li key={name}>
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function CopyReport({ text }: { text: () => string }) {
  const { t } = useTranslation("reports");
  return (
    <CopyButton value={text()}>
      {({ copied, copy }) => (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          onClick={copy}
        >
          {t(copied ? "copied" : "copy")}
        </Button>
      )}
    </CopyButton>
  );
}
