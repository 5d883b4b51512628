import { createTag } from "../document/creation";
import type { FrameObject } from "../document/frame-object";
import type { Label } from "../document/labels";
import type { Editor } from "../tools/editor";

/** The tag of a label on the frame that is shown. */
export function tagOf(editor: Editor, labelId: number): FrameObject | null {
  const isIt = (object: FrameObject) => object.type === "tag" && object.labelId === labelId;
  return editor.objects.value.find(isIt) ?? null;
}

/** Tags the frame with a label, or takes that tag away again, unless it is locked. */
export function toggleTag(editor: Editor, label: Label): void {
  const known = tagOf(editor, label.id);
  if (known) {
    if (!editor.visibility.isLocked(known)) editor.edit("delete", [known], () => null);
    return;
  }
  const tag = createTag(label, editor.frame.value);
  editor.history.run("create", editor.frame.value, [[tag.id, tag]]);
  editor.select([tag.id]);
}
