import { ActionIcon, Text, TextInput, Tooltip, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconSearch, IconX } from "@tabler/icons-react";
import { type ReactNode, useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { countOf, countOfAll, type LabelStatistics } from "../../api/statistics";
import { formatNumber } from "../../i18n/format";
import { labelRows, nextSorting, occurringKinds, type SortField, type Sorting } from "./labelTable";
import classes from "./Statistics.module.css";
import { useRowWindow } from "./useRowWindow";

/** Pixels; the style sheet has the same. */
const ROW_HEIGHT = 30;
const HEAD_ROWS = 2;

interface Props {
  labels: readonly LabelStatistics[];
  /** By id of the label. */
  colors: ReadonlyMap<number | undefined, string>;
  aside: ReactNode;
}

/** Labels by kind of object, with a search and sorting by any column. */
export function LabelTable({ labels, colors, aside }: Props) {
  const { t, i18n } = useTranslation("statistics");
  const [search, setSearch] = useState("");
  const [sorting, setSorting] = useState<Sorting>({ field: "objects", descending: true });
  const kinds = occurringKinds(labels);
  const wanted = useDeferredValue(search);
  const rows = useMemo(
    () => labelRows(labels, wanted, sorting, i18n.language),
    [labels, wanted, sorting, i18n.language],
  );
  const { body, first, last } = useRowWindow(rows.length, ROW_HEIGHT);
  const number = (value: number) => formatNumber(value, i18n.language);
  const sort = (field: SortField) => setSorting(nextSorting(sorting, field));
  return (
    <section aria-label={t("labels")} className={classes.labels}>
      <div className={classes.tableHead}>
        <h2>{t("labels")}</h2>
        <LabelSearch value={search} onChange={setSearch} />
        <Text c="dimmed" className="tabular" aria-live="polite">
          {t("labelCount", { count: rows.length, number: number(rows.length) })}
        </Text>
        <div className={classes.aside}>{aside}</div>
      </div>
      <table className={classes.table} aria-rowcount={rows.length + HEAD_ROWS}>
        <thead>
          <tr>
            <HeaderCell field="name" text={t("label")} sorting={sorting} onSort={sort} />
            {kinds.map((kind) => (
              <HeaderCell
                key={kind}
                field={kind}
                text={t(`kind.${kind}`)}
                sorting={sorting}
                onSort={sort}
              />
            ))}
            <HeaderCell field="objects" text={t("total")} sorting={sorting} onSort={sort} />
          </tr>
          <tr className={classes.totals}>
            <th scope="row">{t("allLabels")}</th>
            {kinds.map((kind) => (
              <td key={kind}>{number(countOfAll(labels, kind))}</td>
            ))}
            <td>{number(labels.reduce((sum, { objects }) => sum + objects, 0))}</td>
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap rows={first} />
          {rows.slice(first, last).map((label) => (
            <LabelRow
              key={label.label_id}
              label={label}
              color={colors.get(label.label_id)}
              kinds={kinds}
              language={i18n.language}
            />
          ))}
          <Gap rows={rows.length - last} />
        </tbody>
      </table>
      {rows.length === 0 && (
        <Text c="dimmed" p="md" ta="center">
          {t("common:list.nothing")}
        </Text>
      )}
    </section>
  );
}

/** The place of rows that are out of sight. */
function Gap({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    <tr aria-hidden className={classes.gap}>
      <td style={{ height: rows * ROW_HEIGHT }} />
    </tr>
  );
}

interface RowProps {
  label: LabelStatistics;
  color: string | undefined;
  kinds: ReturnType<typeof occurringKinds>;
  language: string;
}

function LabelRow({ label, color, kinds, language }: RowProps) {
  const { t } = useTranslation("statistics");
  const name = label.name || t("goneLabel", { id: label.label_id });
  const number = (value: number) => (value === 0 ? "–" : formatNumber(value, language));
  return (
    <tr data-unused={label.objects === 0 || undefined}>
      <th scope="row" title={name}>
        <span className={classes.swatch} style={{ background: color }} />
        {name}
      </th>
      {kinds.map((kind) => (
        <td key={kind} data-none={countOf(label, kind) === 0 || undefined}>
          {number(countOf(label, kind))}
        </td>
      ))}
      <td>{number(label.objects)}</td>
    </tr>
  );
}

interface HeaderProps {
  field: SortField;
  text: string;
  sorting: Sorting;
  onSort: (field: SortField) => void;
}

function HeaderCell({ field, text, sorting, onSort }: HeaderProps) {
  const sorted = sorting.field === field;
  const Arrow = sorting.descending ? IconArrowDown : IconArrowUp;
  const order = sorting.descending ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={sorted ? order : "none"}>
      <UnstyledButton className={classes.sort} onClick={() => onSort(field)}>
        {text}
        {sorted && <Arrow size={12} />}
      </UnstyledButton>
    </th>
  );
}

function LabelSearch({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("statistics");
  return (
    <Tooltip label={t("common:list.searchHint")}>
      <TextInput
        data-search
        w={220}
        placeholder={t("search")}
        aria-label={t("search")}
        leftSection={<IconSearch size={15} />}
        rightSection={
          value && (
            <ActionIcon size={20} aria-label={t("common:list.clear")} onClick={() => onChange("")}>
              <IconX size={13} />
            </ActionIcon>
          )
        }
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Tooltip>
  );
}
