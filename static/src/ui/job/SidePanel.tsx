import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { HistoryPanel } from "./history/HistoryPanel";
import classes from "./JobPage.module.css";
import { useJobSession } from "./jobContext";
import { LabelsPanel } from "./LabelsPanel";
import { ObjectDetails } from "./ObjectDetails";
import { ObjectsPanel } from "./ObjectsPanel";
import type { SideTab } from "./panels";
import { usePanels } from "./panels";
import side from "./SidePanel.module.css";
import { useSignal } from "./useSignal";

export function SidePanel() {
  const { t } = useTranslation("job");
  const { editor } = useJobSession();
  const objects = useSignal(editor.objects);
  const { side: panel, showSide, showHistory } = usePanels();
  return (
    <aside className={classes.side}>
      <Tabs
        value={panel}
        onChange={(value) => (value === "history" ? showHistory(null) : showSide(value as SideTab))}
        keepMounted={false}
        classNames={{ root: side.tabs, tab: side.tab }}
      >
        <Tabs.List>
          <Tabs.Tab value="objects">
            {t("panel.objects")} <span className={side.count}>{objects.length}</span>
          </Tabs.Tab>
          <Tabs.Tab value="labels">
            {t("panel.labels")} <span className={side.count}>{editor.labels.labels.length}</span>
          </Tabs.Tab>
          <Tabs.Tab value="history">{t("panel.history")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="objects" className={side.panel}>
          <ObjectsPanel />
          <ObjectDetails />
        </Tabs.Panel>
        <Tabs.Panel value="labels" className={side.panel}>
          <LabelsPanel />
        </Tabs.Panel>
        <Tabs.Panel value="history" className={side.panel}>
          <HistoryPanel />
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}
