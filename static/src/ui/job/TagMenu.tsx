import { Menu } from "@mantine/core";
import { IconCheck, IconTag } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { tagOf, toggleTag } from "../../actions/tag-actions";
import { ActionButton } from "./ActionButton";
import { ColorDot } from "./ColorDot";
import { useActionContext } from "./jobContext";
import { usePanels } from "./panels";
import { useSignal } from "./useSignal";

/** Puts tags on the frame and takes them off: every label that may be a tag, by its name. */
export function TagMenu() {
  const { t } = useTranslation("job");
  const context = useActionContext();
  const { editor } = context.session;
  const { dialog, close } = usePanels();
  useSignal(editor.objects);
  return (
    <Menu
      opened={dialog === "tags"}
      onChange={(opened) => !opened && close()}
      position="right-start"
      width={220}
    >
      <Menu.Target>
        <span>
          <ActionButton action="addTag" size={34} position="right" active={dialog === "tags"}>
            <IconTag size={19} stroke={1.6} />
          </ActionButton>
        </span>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        <Menu.Label>{t("tags.title")}</Menu.Label>
        {editor.labels.allowedFor("tag").map((label) => {
          const tagged = tagOf(editor, label.id) !== null;
          return (
            <Menu.Item
              key={label.id}
              aria-label={tagged ? t("tags.remove", { name: label.name }) : undefined}
              leftSection={<ColorDot color={label.color} />}
              rightSection={tagged ? <IconCheck size={15} stroke={1.8} /> : null}
              onClick={() => toggleTag(editor, label)}
            >
              {label.name}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
