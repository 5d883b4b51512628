import { Kbd, Modal, ScrollArea, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Action } from "../../actions/action";
import { isActionEnabled } from "../../actions/action";
import { ACTIONS } from "../../actions/registry";
import { shortcutText } from "../../actions/shortcut";
import classes from "./CommandPalette.module.css";
import { useActionContext } from "./jobContext";
import { usePanels } from "./panels";
import { useActionTitle } from "./useActionTitle";

/** Finds any action by its name. */
export function CommandPalette() {
  const { t } = useTranslation("job");
  const { dialog, close } = usePanels();
  return (
    <Modal
      opened={dialog === "palette"}
      onClose={close}
      withCloseButton={false}
      padding={0}
      size={520}
      yOffset={96}
      centered={false}
      title={undefined}
      aria-label={t("actions.palette")}
    >
      <PaletteList onDone={close} />
    </Modal>
  );
}

function PaletteList({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation("job");
  const context = useActionContext();
  const titleOf = useActionTitle();
  const [search, setSearch] = useState("");
  const [index, setIndex] = useState(0);
  const wanted = search.trim().toLowerCase();
  const found = ACTIONS.filter(
    (action) =>
      action.id !== "palette" &&
      isActionEnabled(action, context) &&
      // By its English id, too: who came from another tool may know that word only.
      [titleOf(action.id) ?? "", action.id].some((name) => name.toLowerCase().includes(wanted)),
  );
  const run = (action: Action | undefined) => {
    if (!action) return;
    onDone();
    action.run(context);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setIndex((current) => (current + step + found.length) % found.length);
    }
    if (event.key === "Enter") run(found[index]);
  };
  return (
    <>
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        className={classes.search}
        placeholder={t("palette.search")}
        aria-label={t("palette.search")}
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          setIndex(0);
        }}
        onKeyDown={onKey}
      />
      <ScrollArea.Autosize mah={380} className={classes.results}>
        {found.length === 0 && <div className={classes.nothing}>{t("panel.nothingFound")}</div>}
        {found.map((action, at) => (
          <button
            type="button"
            key={action.id}
            className={classes.result}
            data-current={at === index || undefined}
            onPointerMove={() => setIndex(at)}
            onClick={() => run(action)}
          >
            <span>{titleOf(action.id)}</span>
            {action.shortcuts[0] && <Kbd size="xs">{shortcutText(action.shortcuts[0])}</Kbd>}
          </button>
        ))}
      </ScrollArea.Autosize>
    </>
  );
}
