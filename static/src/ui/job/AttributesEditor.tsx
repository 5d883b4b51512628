import { withAttribute } from "../../document/edits";
import type { FrameObject } from "../../document/frame-object";
import type { AttributeSpec } from "../../document/labels";
import { accepts } from "../../document/labels";
import { AttributeField } from "./AttributeField";
import { useJobSession } from "./jobContext";
import classes from "./SidePanel.module.css";
import { useSignal } from "./useSignal";

/** One field for each attribute of an object's label. */
export function AttributesEditor({ object }: { readonly object: FrameObject }) {
  const { editor } = useJobSession();
  const isPast = useSignal(editor.past) !== null;
  const specs = editor.labels.get(object.labelId)?.attributes ?? [];
  if (specs.length === 0) return null;
  const change = (spec: AttributeSpec, value: string) => {
    const current = editor.find(object.id);
    if (!current || current.attributes[spec.id] === value || !accepts(spec, value)) return;
    editor.edit("attribute", [current], (record) =>
      withAttribute(record, editor.frame.value, spec, value),
    );
  };
  return (
    <div className={classes.attributes}>
      {specs.map((spec) => (
        <AttributeField
          key={spec.id}
          spec={spec}
          value={object.attributes[spec.id] ?? spec.defaultValue}
          disabled={isPast || editor.visibility.isLocked(object)}
          onChange={(value) => change(spec, value)}
        />
      ))}
    </div>
  );
}
