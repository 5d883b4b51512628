import { CloseButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ColorDot } from "./ColorDot";
import classes from "./FrameTags.module.css";
import { useJobSession } from "./jobContext";
import { useSignal } from "./useSignal";

/** The tags of the frame, over its picture. */
export function FrameTags() {
  const { t } = useTranslation("job");
  const { editor } = useJobSession();
  const objects = useSignal(editor.objects);
  const selection = useSignal(editor.selection);
  const isPast = useSignal(editor.past) !== null;
  const tags = objects.filter(({ type }) => type === "tag");
  if (tags.length === 0) return null;
  return (
    <ul className={classes.tags} aria-label={t("tags.title")}>
      {tags.map((tag) => {
        const name = editor.labels.name(tag.labelId);
        return (
          <li
            key={tag.id}
            className={classes.tag}
            data-selected={selection.has(tag.id) || undefined}
          >
            <button type="button" className={classes.name} onClick={() => editor.select([tag.id])}>
              <ColorDot color={editor.labels.color(tag.labelId)} />
              {name}
            </button>
            {!isPast && !editor.visibility.isLocked(tag) && (
              <CloseButton
                size={20}
                iconSize={13}
                aria-label={t("tags.remove", { name })}
                onClick={() => editor.edit("delete", [tag], () => null)}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}
