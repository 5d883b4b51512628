import { send } from "../api/client";
import type { Label } from "../document/labels";
import { LabelCatalogue } from "../document/labels";
import { Signal } from "../document/signal";
import type { WireLabel } from "../document/wire";
import { labelFromWire } from "../document/wire";
import type { Size } from "../geometry/view";
import type { Drawable } from "../media/drawable";
import type { Pictures } from "../media/pictures";
import { isAbort, UndecodableFrame } from "../media/pictures";
import { Playback } from "../media/playback";
import { Clipboard } from "../tools/clipboard";
import { Editor } from "../tools/editor";
import { Toolbox } from "../tools/toolbox";
import { JobAnnotations } from "./annotations";
import { Autosave } from "./autosave";
import type { JobFacts, MediaFacts } from "./frames";
import { frameFacts, openPictures } from "./frames";
import { JobHistory } from "./job-history";
import { Journal } from "./journal";
import { LiveUpdates } from "./live-updates";
import { PastView } from "./past-view";
import { openDocument } from "./recovery";
import { RemovedFrames } from "./removed-frames";
import type { ServerState } from "./server-state";

/** A frame's picture and its size in annotation pixels. */
export interface Picture {
  readonly frame: number;
  readonly drawable: Drawable;
  readonly size: Size;
}

/** Why a frame is not shown; an empty message where the reason is that it is no picture. */
export interface PictureError {
  readonly frame: number;
  readonly message: string;
}

interface Facts {
  readonly job: JobFacts;
  readonly media: MediaFacts;
  readonly provider: Pictures;
  readonly labels: readonly Label[];
}

interface Parts extends Omit<Facts, "labels"> {
  readonly editor: Editor;
  readonly autosave: Autosave;
  readonly server: ServerState;
  readonly recovered: number;
  readonly damaged: readonly string[];
}

/** Milliseconds that a session gets to finish its last save before another one is opened. */
const LEAVE_TAKING = 3000;

/** Everything that is alive while one job is open. */
export class JobSession {
  readonly job: JobFacts;
  readonly media: MediaFacts;
  readonly editor: Editor;
  readonly toolbox: Toolbox;
  readonly clipboard: Clipboard;
  readonly autosave: Autosave;
  readonly server: ServerState;
  readonly history: JobHistory;
  readonly past: PastView;
  readonly provider: Pictures;
  readonly playback: Playback;
  /** Objects brought back from an earlier sitting. */
  readonly recovered: number;
  /** What the server cannot read of the annotations, in words. */
  readonly damaged: readonly string[];
  /** The frame that was asked for; the editor follows when its picture is there. */
  readonly target: Signal<number>;
  readonly picture = new Signal<Picture | null>(null);
  readonly pictureError = new Signal<PictureError | null>(null);
  readonly removed: RemovedFrames;
  /** The last session on its way out: what it leaves in the journal is for the next one. */
  private static closing: Promise<void> = Promise.resolve();
  private readonly live: LiveUpdates;

  private constructor(parts: Parts) {
    const { job, media, provider, editor, autosave, server, recovered, damaged } = parts;
    this.job = job;
    this.media = media;
    this.provider = provider;
    this.editor = editor;
    this.autosave = autosave;
    this.recovered = recovered;
    this.damaged = damaged;
    this.toolbox = new Toolbox(editor);
    this.clipboard = new Clipboard(editor);
    this.server = server;
    this.history = new JobHistory(job.id);
    const { history, toolbox } = this;
    this.past = new PastView({ history, editor, toolbox, autosave, server });
    this.live = new LiveUpdates(
      job.id,
      autosave,
      () => editor.preview.value !== null || editor.history.isOpen,
    );
    this.removed = new RemovedFrames(job.id, media.deleted_frames);
    this.target = new Signal(editor.frame.value);
    this.playback = new Playback({
      current: () => this.editor.frame.value,
      after: (frame) => this.step(frame, 1),
      show: (frame) => this.show(frame),
    });
  }

  /**
   * Opens a job; `frame` is the one to be shown first, fetched while the annotations are.
   *
   * @throws {ApiError} if the job, its labels, media or annotations cannot be had.
   */
  static async open(jobId: number, user: string, frame: number | null): Promise<JobSession> {
    await JobSession.closing;
    const surroundings = Promise.all([
      getJson<MediaFacts>(`/api/jobs/${jobId}/data/meta`),
      loadLabels(jobId),
    ]);
    surroundings.catch(() => {});
    const job = await getJson<JobFacts>(`/api/jobs/${jobId}`);
    const provider = openProvider(job, frame);
    try {
      const [media, labels] = await surroundings;
      return await JobSession.assemble({ job, provider, media, labels }, user);
    } catch (error) {
      provider.dispose();
      throw error;
    }
  }

  private static async assemble(
    { job, provider, media, labels }: Facts,
    user: string,
  ): Promise<JobSession> {
    const journal = await Journal.open(`${user}/${job.id}`);
    const api = new JobAnnotations(job.id);
    const opened = await openDocument(api, journal).catch(async (error: unknown) => {
      await journal.close();
      throw error;
    });
    const { document, server, recovered, clashes, damaged } = opened;
    const range = { start: job.start_frame, stop: job.stop_frame };
    const editor = new Editor(document, new LabelCatalogue(labels), range);
    if (job.mode === "interpolation")
      editor.drawing.value = { ...editor.drawing.value, mode: "track" };
    const autosave = new Autosave(document, editor.history, journal, api, server);
    autosave.resume(recovered, clashes);
    return new JobSession({
      job,
      media,
      provider,
      editor,
      autosave,
      server,
      recovered: recovered.length,
      damaged,
    });
  }

  fileName(frame: number): string {
    return frameFacts(this.job, this.media, frame).name;
  }

  /** Asks for a frame and stops playing. */
  async goTo(frame: number): Promise<void> {
    this.playback.stop();
    await this.show(frame);
  }

  /** Steps over frames that were taken out of the job; stays within its ends. */
  async move(steps: number): Promise<void> {
    const direction = steps > 0 ? 1 : -1;
    let frame = this.target.value;
    for (let left = Math.abs(steps); left > 0; left -= 1) {
      frame = this.step(frame, direction) ?? frame;
    }
    await this.goTo(frame);
  }

  /** Shows the current frame again after its picture could not be had. */
  retryPicture(): Promise<void> {
    this.pictureError.value = null;
    return this.show(this.target.value);
  }

  async close(): Promise<void> {
    this.playback.stop();
    this.editor.tool.value?.cancel();
    this.live.close();
    this.past.close();
    void this.autosave.flush();
    const closed = this.autosave.close();
    JobSession.closing = Promise.race([closed, sleep(LEAVE_TAKING)]);
    await closed;
    this.provider.dispose();
  }

  private async show(frame: number): Promise<void> {
    const { start, stop } = this.editor.range;
    const wanted = Math.min(stop, Math.max(start, Math.round(frame)));
    this.target.value = wanted;
    try {
      const drawable = await this.provider.get(wanted);
      if (this.target.value !== wanted) return;
      const known = frameFacts(this.job, this.media, wanted).size;
      const size = known ?? { width: drawable.width, height: drawable.height };
      this.pictureError.value = null;
      this.editor.showFrame(wanted);
      this.editor.setImage(size);
      this.picture.value = { frame: wanted, drawable, size };
    } catch (error) {
      if (this.target.value !== wanted || isAbort(error)) return;
      this.playback.stop();
      const unreadable = error instanceof UndecodableFrame;
      const message = unreadable ? "" : error instanceof Error ? error.message : String(error);
      this.pictureError.value = { frame: wanted, message };
      this.editor.showFrame(wanted);
    }
  }

  private step(frame: number, direction: 1 | -1): number | null {
    const { start, stop } = this.editor.range;
    let next = frame + direction;
    while (this.removed.has(next)) next += direction;
    return next < start || next > stop ? null : next;
  }
}

function openProvider(job: JobFacts, frame: number | null): Pictures {
  const [start, stop] = [job.start_frame, job.stop_frame];
  const provider = openPictures(job);
  const first = Math.min(stop, Math.max(start, frame ?? start));
  // A failure is reported when the frame is shown.
  provider.get(first).catch(() => {});
  return provider;
}

async function getJson<T>(path: string): Promise<T> {
  return (await (await send(path)).json()) as T;
}

async function loadLabels(jobId: number): Promise<Label[]> {
  const path = `/api/labels?job_id=${jobId}&page_size=all&sort=id`;
  const { results } = await getJson<{ results: WireLabel[] }>(path);
  return results.filter(({ has_parent }) => !has_parent).map(labelFromWire);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, milliseconds));
}
