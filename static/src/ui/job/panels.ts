import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { RecordId } from "../../document/records";

export type JobDialog = "palette" | "help" | "settings" | "export" | "import" | "tags" | "restore";
export type SideTab = "objects" | "labels" | "history";

/** An object as it was called when its history was asked for; it may be deleted meanwhile. */
export interface HistoryObject {
  readonly id: RecordId;
  readonly name: string;
  readonly color: string;
}

interface Panels {
  readonly dialog: JobDialog | null;
  readonly side: SideTab;
  /** The object whose history is listed; null for that of the job. */
  readonly historyOf: HistoryObject | null;
  open(dialog: JobDialog): void;
  close(): void;
  showSide(side: SideTab): void;
  showHistory(of: HistoryObject | null): void;
}

/** Which dialog is over the editor, and which panel beside it. */
export const usePanels = create<Panels>((set) => ({
  dialog: null,
  open: (dialog) => set({ dialog }),
  close: () => set({ dialog: null }),
  side: "objects",
  historyOf: null,
  showSide: (side) => set({ side }),
  showHistory: (historyOf) => set({ side: "history", historyOf }),
}));

export interface EditorSettings {
  /** Percent. */
  readonly fill: number;
  readonly crosshair: boolean;
  readonly continuous: boolean;
  /** Percent; 100 leaves the picture as it is. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** Frames a second. */
  readonly rate: number;
  /** Whether pictures that were taken beside a frame are shown. */
  readonly contextImages: boolean;
}

export const DEFAULT_SETTINGS: EditorSettings = {
  fill: 8,
  crosshair: true,
  continuous: false,
  brightness: 100,
  contrast: 100,
  saturation: 100,
  rate: 25,
  contextImages: true,
};

interface SeenWarnings {
  /** By task: the warning that was closed. */
  readonly seen: Readonly<Record<number, string>>;
  see(taskId: number, warning: string): void;
}

/** What this person was told of the media of tasks, once; kept in the browser. */
export const useSeenWarnings = create<SeenWarnings>()(
  persist(
    (set) => ({
      seen: {},
      see: (taskId, warning) => set(({ seen }) => ({ seen: { ...seen, [taskId]: warning } })),
    }),
    { name: "skylabel.mediaWarnings" },
  ),
);

interface SettingsStore extends EditorSettings {
  change(settings: Partial<EditorSettings>): void;
}

/** How this person likes the editor; kept in the browser. */
export const useSettings = create<SettingsStore>()(
  persist((set) => ({ ...DEFAULT_SETTINGS, change: (settings) => set(settings) }), {
    name: "skylabel.editor",
  }),
);
