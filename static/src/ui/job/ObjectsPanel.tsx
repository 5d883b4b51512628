import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FrameObject } from "../../document/frame-object";
import { EmptyObjects } from "./EmptyObjects";
import { useJobSession } from "./jobContext";
import { ObjectRow } from "./ObjectRow";
import classes from "./SidePanel.module.css";
import { useSignal } from "./useSignal";
import { VirtualList } from "./VirtualList";

/** Objects of the frame, newest first. */
export function ObjectsPanel() {
  const { t } = useTranslation("job");
  const { editor } = useJobSession();
  const objects = useSignal(editor.objects);
  const selection = useSignal(editor.selection);
  const [search, setSearch] = useState("");
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const text = (object: FrameObject) =>
      `${editor.ordinal(object.id)} ${editor.labels.name(object.labelId)} ${t(`type.${object.type}`)}`;
    const found = wanted
      ? objects.filter((object) => text(object).toLowerCase().includes(wanted))
      : objects;
    return found.toReversed();
  }, [objects, search, editor, t]);
  const [selected] = selection;
  const focus = shown.findIndex(({ id }) => id === selected);

  return (
    <>
      <div className={classes.search}>
        <TextInput
          placeholder={t("panel.search")}
          aria-label={t("panel.search")}
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setSearch("");
          }}
        />
      </div>
      {objects.length === 0 ? (
        <EmptyObjects />
      ) : shown.length === 0 ? (
        <div className={`${classes.list} ${classes.empty}`}>{t("panel.nothingFound")}</div>
      ) : (
        <VirtualList
          className={classes.list}
          items={shown}
          rowHeight={34}
          focus={focus}
          label={t("panel.objects")}
          keyOf={({ id }) => id}
          render={(object, top) => <ObjectRow object={object} top={top} />}
        />
      )}
    </>
  );
}
