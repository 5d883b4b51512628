import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Report } from "../../api/reports";
import { formatNumber } from "../../i18n/format";
import classes from "./Report.module.css";
import { filesIn } from "./reportLines";

/** What came of each file of a dataset; folded, since they can be many. */
export function FileCountsTable({ report }: { report: Report }) {
  const { t, i18n } = useTranslation("reports");
  const files = filesIn(report);
  if (files.length === 0) return null;
  const number = (count: number) => formatNumber(count, i18n.language);
  return (
    <details className={classes.files}>
      <summary>{t("filesCount", { count: files.length + report.more_files })}</summary>
      <table>
        <thead>
          <tr>
            <th>{t("column.file")}</th>
            <th>{t("column.taken")}</th>
            <th>{t("column.changed")}</th>
            <th>{t("column.leftOut")}</th>
          </tr>
        </thead>
        <tbody>
          {files.map(({ name, objects, converted, skipped }) => (
            <tr key={name}>
              <td title={name}>
                <bdi>{name}</bdi>
              </td>
              <td>{number(objects)}</td>
              <td>{number(converted)}</td>
              <td>{number(skipped)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {report.more_files > 0 && (
        <Text c="dimmed" fz={12} mt={4}>
          {t("moreFiles", { count: report.more_files })}
        </Text>
      )}
    </details>
  );
}
