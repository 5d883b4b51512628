import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { AnnotationRecord } from "../../../document/records";
import { useJobSession } from "../jobContext";
import { ClashDrawing } from "./ClashDrawing";
import classes from "./Clashes.module.css";
import { differences } from "./differences";

interface Props {
  readonly title: string;
  readonly record: AnnotationRecord | null;
  readonly other: AnnotationRecord | null;
  readonly frame: number;
}

/** One version of an object: where it is, and what it says that the other version does not. */
export function ClashSide({ title, record, other, frame }: Props) {
  const { t } = useTranslation("history");
  const { editor } = useJobSession();
  return (
    <div className={classes.side}>
      <div className={classes.sideTitle}>{title}</div>
      {record ? (
        <>
          <ClashDrawing
            record={record}
            other={other}
            frame={frame}
            color={editor.labels.color(record.labelId)}
          />
          {differences(record, other, frame, editor.labels).map(({ name, value }) => (
            <div key={name} className={classes.fact}>
              <span className={classes.factName}>
                {name.startsWith("=") ? t(`clash.field.${name.slice(1)}`) : name}
              </span>
              <span>{typeof value === "boolean" ? t(`clash.${value ? "yes" : "no"}`) : value}</span>
            </div>
          ))}
        </>
      ) : (
        <div className={classes.deleted}>
          <IconTrash size={18} stroke={1.5} />
          {t("clash.deleted")}
        </div>
      )}
    </div>
  );
}
