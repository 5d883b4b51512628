import type { TFunction } from "i18next";
import type { Report } from "../../api/reports";
import { formatNumber } from "../../i18n/format";
import { changedIn, type Entry, filesIn, isComplete, kindsIn, leftOutOf } from "./reportLines";
import { kindName, reasonText, summaryText } from "./reportWords";

/** A report as lines of text, to be sent to someone. */
export function reportText(report: Report, t: TFunction, language: string): string {
  const number = (count: number) => formatNumber(count, language);
  const listed = ({ text, count, examples, hasMore }: Entry) => {
    const places = examples.length > 0 ? ` (${examples.join("; ")}${hasMore ? "; …" : ""})` : "";
    return `${number(count)} × ${reasonText(text, t)}${places}`;
  };
  const labels = Object.entries(report.labels).sort(([, a], [, b]) => b - a);
  const parts: [title: string, lines: string[]][] = [
    [
      t("reports:taken"),
      kindsIn(report).map(([kind, count]) => `${kindName(kind, t)}: ${number(count)}`),
    ],
    [t("reports:changed"), changedIn(report).map(listed)],
    [t("reports:leftOut"), leftOutOf(report).map(listed)],
    [t("reports:newLabels"), [...(report.new_labels ?? [])]],
    [t("reports:labels"), labels.map(([name, count]) => `${name}: ${number(count)}`)],
    [
      t("reports:files"),
      filesIn(report).map(({ name, objects, converted, skipped }) =>
        t("reports:fileLine", {
          name,
          objects: number(objects),
          converted: number(converted),
          skipped: number(skipped),
        }),
      ),
    ],
  ];
  const more = report.more_files > 0 ? [t("reports:moreFiles", { count: report.more_files })] : [];
  return [
    [report.format, summaryText(report, t, language)].filter(Boolean).join(": "),
    ...(isComplete(report) ? [t("reports:complete")] : []),
    ...parts
      .filter(([, lines]) => lines.length > 0)
      .flatMap(([title, lines]) => ["", title, ...lines.map((line) => `  ${line}`)]),
    ...more.map((line) => `  ${line}`),
    "",
  ].join("\n");
}
