import {
  IconChevronLeft,
  IconChevronRight,
  IconDiamond,
  IconDiamondFilled,
  IconDoorExit,
  IconEyeOff,
  IconHistory,
  IconLayersIntersect,
  IconLock,
  IconStackBack,
  IconStackFront,
  IconTrash,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { FrameObject } from "../../document/frame-object";
import { ActionButton } from "./ActionButton";
import { AttributesEditor } from "./AttributesEditor";
import { useJobSession } from "./jobContext";
import { LabelSelect } from "./LabelSelect";
import classes from "./SidePanel.module.css";
import { useSignal } from "./useSignal";

/** The selected objects: label, properties, attributes. */
export function ObjectDetails() {
  const { t } = useTranslation("job");
  const { editor } = useJobSession();
  useSignal(editor.objects);
  useSignal(editor.selection);
  const isPast = useSignal(editor.past) !== null;
  const selected = editor.selected();
  const first = selected[0];
  if (!first) return null;
  const single = selected.length === 1;
  return (
    <section className={classes.details} data-testid="details">
      <div className={classes.heading}>
        <span>
          {single
            ? `${t(`type.${first.type}`)} ${editor.ordinal(first.id)}`
            : t("details.many", { count: selected.length })}
        </span>
        <span className={classes.headingButtons}>
          {single && (
            <ActionButton action="objectHistory" size={24}>
              <IconHistory size={15} stroke={1.6} />
            </ActionButton>
          )}
          <ActionButton action="delete" size={24} position="left">
            <IconTrash size={15} stroke={1.6} />
          </ActionButton>
        </span>
      </div>
      <LabelSelect
        type={first.type}
        value={selected.every(({ labelId }) => labelId === first.labelId) ? first.labelId : null}
        disabled={isPast || selected.some((object) => editor.visibility.isLocked(object))}
        onChange={(id) => {
          const label = editor.labels.get(id);
          if (label) editor.relabel(selected, label);
        }}
      />
      <Properties objects={selected} />
      {single && <AttributesEditor key={first.id} object={first} />}
    </section>
  );
}

function Properties({ objects }: { readonly objects: readonly FrameObject[] }) {
  const { visibility } = useJobSession().editor;
  useSignal(visibility.locked);
  useSignal(visibility.hidden);
  const every = (test: (object: FrameObject) => boolean) => objects.every(test);
  const drawn = every(({ type }) => type !== "tag");
  const tracks = every(({ kind }) => kind === "track");
  const keyframe = every((object) => object.keyframe);
  const size = 28;
  return (
    <div className={classes.buttons}>
      <ActionButton
        action="lock"
        size={size}
        active={every((o) => visibility.locked.value.has(o.id))}
      >
        <IconLock size={16} stroke={1.6} />
      </ActionButton>
      {drawn && (
        <>
          <ActionButton
            action="hide"
            size={size}
            active={every((o) => visibility.hidden.value.has(o.id))}
          >
            <IconEyeOff size={16} stroke={1.6} />
          </ActionButton>
          <ActionButton action="occluded" size={size} active={every((o) => o.occluded)}>
            <IconLayersIntersect size={16} stroke={1.6} />
          </ActionButton>
          <ActionButton action="bringToFront" size={size}>
            <IconStackFront size={16} stroke={1.6} />
          </ActionButton>
          <ActionButton action="sendToBack" size={size}>
            <IconStackBack size={16} stroke={1.6} />
          </ActionButton>
        </>
      )}
      {tracks && (
        <>
          <ActionButton action="outside" size={size} active={every((o) => o.outside)}>
            <IconDoorExit size={16} stroke={1.6} />
          </ActionButton>
          <ActionButton action="previousKeyframe" size={size}>
            <IconChevronLeft size={16} stroke={1.6} />
          </ActionButton>
          <ActionButton action="keyframe" size={size} active={keyframe}>
            {keyframe ? <IconDiamondFilled size={15} /> : <IconDiamond size={15} stroke={1.6} />}
          </ActionButton>
          <ActionButton action="nextKeyframe" size={size}>
            <IconChevronRight size={16} stroke={1.6} />
          </ActionButton>
        </>
      )}
    </div>
  );
}
