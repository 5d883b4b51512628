import { notifications } from "@mantine/notifications";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { ActionContext } from "../../actions/action";
import { ACTIONS } from "../../actions/registry";
import { listenToKeyboard } from "../../actions/shortcut";
import type { FrameObject } from "../../document/frame-object";
import type { JobSession } from "../../io/job-session";
import type { Editor } from "../../tools/editor";
import { errorText } from "../components/errorText";
import { Canvas } from "./Canvas";
import { CommandPalette } from "./CommandPalette";
import { ClashCard } from "./clashes/ClashCard";
import { ContextImages } from "./context/ContextImages";
import { DatasetDialogs } from "./DatasetDialogs";
import { FrameTags } from "./FrameTags";
import { HelpDialog } from "./HelpDialog";
import { RestoreDialog } from "./history/RestoreDialog";
import classes from "./JobPage.module.css";
import { JobContext } from "./jobContext";
import { MediaWarning } from "./MediaWarning";
import { PlayerBar } from "./PlayerBar";
import type { HistoryObject } from "./panels";
import { usePanels, useSettings } from "./panels";
import { RecoveryNotice } from "./RecoveryNotice";
import { SettingsDialog } from "./SettingsDialog";
import { SidePanel } from "./SidePanel";
import { StageNotices } from "./StageNotices";
import { ToolRail } from "./ToolRail";
import { TopBar } from "./TopBar";

interface Props {
  readonly session: JobSession;
  readonly taskId: number;
}

/** The editor of one open job. */
export function JobEditor({ session, taskId }: Props) {
  const navigate = useNavigate();
  const { t } = useTranslation();
  const context = useMemo<ActionContext>(
    () => ({
      session,
      page: {
        openPalette: () => usePanels.getState().open("palette"),
        openHelp: () => usePanels.getState().open("help"),
        openSettings: () => usePanels.getState().open("settings"),
        openExport: () => usePanels.getState().open("export"),
        openImport: () => usePanels.getState().open("import"),
        openTags: () => usePanels.getState().open("tags"),
        openHistory: (object) =>
          usePanels.getState().showHistory(object && named(session.editor, object)),
        askToRestore: () => usePanels.getState().open("restore"),
        toggleContextImages,
        toggleFullscreen,
        tellFailure: (error) =>
          notifications.show({ color: "red", message: errorText(error, t), withBorder: true }),
        leave: () => void navigate(`/tasks/${taskId}`),
      },
    }),
    [session, taskId, navigate, t],
  );
  useEffect(
    () => listenToKeyboard(ACTIONS, context, () => usePanels.getState().dialog !== null),
    [context],
  );
  useEffect(
    () => () => {
      usePanels.getState().close();
      usePanels.getState().showSide("objects");
    },
    [],
  );
  useLeaveGuard(session);
  useAppliedSettings(session);

  return (
    <JobContext value={context}>
      <div className={classes.page}>
        <TopBar />
        <ToolRail />
        <main className={classes.stage}>
          <Canvas />
          <FrameTags />
          <StageNotices />
          <ClashCard />
        </main>
        <ContextImages />
        <SidePanel />
        <PlayerBar />
      </div>
      <CommandPalette />
      <HelpDialog />
      <SettingsDialog />
      <DatasetDialogs />
      <RestoreDialog />
      <RecoveryNotice />
      <MediaWarning />
    </JobContext>
  );
}

function named(editor: Editor, { id, labelId }: FrameObject): HistoryObject {
  const name = [editor.labels.name(labelId), editor.ordinal(id) || ""].join(" ").trim();
  return { id, name, color: editor.labels.color(labelId) };
}

function toggleContextImages(): void {
  const { contextImages, change } = useSettings.getState();
  change({ contextImages: !contextImages });
}

function toggleFullscreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen();
}

/** The journal has everything, but people deserve to know that the server has not. */
function useLeaveGuard({ autosave }: JobSession): void {
  useEffect(() => {
    const onHidden = () => {
      if (document.visibilityState === "hidden" && autosave.state.value.name === "unsaved") {
        void autosave.flush();
      }
    };
    document.addEventListener("visibilitychange", onHidden);
    return () => document.removeEventListener("visibilitychange", onHidden);
  }, [autosave]);
}

function useAppliedSettings({ editor, playback }: JobSession): void {
  const { continuous, rate } = useSettings();
  useEffect(() => {
    editor.drawing.value = { ...editor.drawing.value, continuous };
  }, [editor, continuous]);
  useEffect(() => {
    playback.rate.value = rate;
  }, [playback, rate]);
}
