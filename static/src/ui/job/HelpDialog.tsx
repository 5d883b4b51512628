import { Kbd, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ACTION_GROUPS } from "../../actions/action";
import { ACTIONS } from "../../actions/registry";
import { shortcutText } from "../../actions/shortcut";
import classes from "./CommandPalette.module.css";
import { PointerHelp } from "./PointerHelp";
import { usePanels } from "./panels";
import { useActionTitle } from "./useActionTitle";

/** Every shortcut, from the same registry that the keyboard uses. */
export function HelpDialog() {
  const { t } = useTranslation("job");
  const { dialog, close } = usePanels();
  const titleOf = useActionTitle();
  return (
    <Modal opened={dialog === "help"} onClose={close} size={1080} title={t("actions.help")}>
      <div className={classes.groups}>
        {ACTION_GROUPS.map((group) => (
          <section key={group} className={classes.group}>
            <h3 className={classes.title}>{t(`group.${group}`)}</h3>
            {ACTIONS.filter(
              ({ id, group: of, shortcuts }) => of === group && shortcuts[0] && titleOf(id),
            ).map(({ id, shortcuts }) => (
              <div key={id} className={classes.entry}>
                <span>{titleOf(id)}</span>
                <span className={classes.keys}>
                  {shortcuts.map((shortcut) => (
                    <Kbd key={shortcutText(shortcut)} size="xs">
                      {shortcutText(shortcut)}
                    </Kbd>
                  ))}
                </span>
              </div>
            ))}
          </section>
        ))}
        <PointerHelp />
      </div>
    </Modal>
  );
}
