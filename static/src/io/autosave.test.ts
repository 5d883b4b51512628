import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/errors";
import { createShape } from "../document/creation";
import type { Label } from "../document/labels";
import type { ShapeRecord } from "../document/records";
import type { WireAnnotations, WireChanges, WireRevision, WireShape } from "../document/wire";
import { recordToWire } from "../document/wire";
import { History } from "../history/history";
import type { AnnotationsApi, Conflict, SaveAnswer } from "./annotations";
import { Autosave } from "./autosave";
import type { Batch } from "./batch";
import { Journal } from "./journal";
import { openDocument } from "./recovery";

const label: Label = { id: 1, name: "car", color: "#fff", type: "any", attributes: [] };
const draw = (x = 0): ShapeRecord =>
  createShape(label, { type: "rectangle", points: [x, 0, x + 9, 9], frame: 0, zOrder: 0 });

/** Keeps shapes as the server does: revisions, conflicts, and each key answered once. */
class MemoryServer implements AnnotationsApi {
  readonly shapes = new Map<number, WireShape>();
  readonly answered = new Map<string, SaveAnswer>();
  readonly changedAt = new Map<number, number>();
  readonly revisions: WireRevision[] = [];
  version = 0;
  floor = 0;
  online = true;
  loseNextAnswer = false;
  private nextId = 1;

  async load(): Promise<WireAnnotations> {
    this.check();
    const shapes = [...this.shapes].map(([id, shape]) => ({ ...shape, id }));
    return structuredClone({ version: this.version, tags: [], tracks: [], shapes });
  }

  async changesSince(version: number): Promise<WireChanges | null> {
    this.check();
    if (version < this.floor) throw new ApiError(410, "");
    if (version === this.version) return null;
    const replaced = this.revisions.some((row) => row.replaced && row.revision > version);
    const touched = [...this.changedAt].filter(([, at]) => at > version).map(([id]) => id);
    const update = touched.flatMap((id) => {
      const shape = this.shapes.get(id);
      return shape ? [{ ...structuredClone(shape), id, kind: "shape" as const }] : [];
    });
    return {
      since: version,
      version: this.version,
      revisions: this.revisions.filter(({ revision }) => revision > version).toReversed(),
      create: replaced ? update : [],
      update: replaced ? [] : update,
      delete: replaced ? [] : touched.filter((id) => !this.shapes.has(id)),
      replaced,
    };
  }

  /** What a script does that knows of no versions: everything makes way for its shapes. */
  replaceAll(shapes: readonly WireShape[]): void {
    const deleted = this.shapes.size;
    this.version += 1;
    for (const id of this.shapes.keys()) this.changedAt.set(id, this.version);
    this.shapes.clear();
    for (const shape of shapes) {
      this.shapes.set(this.nextId, shape);
      this.changedAt.set(this.nextId, this.version);
      this.nextId += 1;
    }
    this.note({ client: "cvat-sdk/2.80.0", created: shapes.length, deleted, replaced: true });
  }

  private note(facts: Partial<WireRevision>): void {
    this.revisions.push({
      revision: this.version,
      created_date: "2026-11-23T11:00:00Z",
      owner: { id: 2, username: "anna" },
      client: "browser",
      created: 0,
      updated: 0,
      deleted: 0,
      message: "",
      replaced: false,
      overwrote: false,
      ...facts,
    });
  }

  async save(batch: Batch): Promise<SaveAnswer> {
    this.check();
    const answer = this.answered.get(batch.key) ?? this.perform(batch);
    if (this.loseNextAnswer) {
      this.loseNextAnswer = false;
      throw new ApiError(0, "");
    }
    return answer;
  }

  private perform(batch: Batch): SaveAnswer {
    const conflicts: Conflict[] = [...batch.updates, ...batch.deletes]
      .filter(({ serverId }) => (this.changedAt.get(serverId) ?? 0) > batch.version)
      .map(({ serverId: id }) => ({ id, kind: "shape", server: this.shapes.get(id) ?? null }));
    if (conflicts.length > 0) return { saved: false, version: this.version, conflicts };
    this.version += 1;
    this.note({ created: batch.creates.length });
    const ids: Record<string, number> = {};
    for (const record of batch.creates) {
      ids[record.id] = this.nextId;
      this.put(this.nextId, record as ShapeRecord);
      this.nextId += 1;
    }
    for (const { serverId, record } of batch.updates) this.put(serverId, record as ShapeRecord);
    for (const { serverId } of batch.deletes) {
      this.shapes.delete(serverId);
      this.changedAt.set(serverId, this.version);
    }
    const answer = { saved: true, version: this.version, ids } as const;
    this.answered.set(batch.key, answer);
    return answer;
  }

  private put(id: number, record: ShapeRecord): void {
    this.shapes.set(id, structuredClone(recordToWire(record) as WireShape));
    this.changedAt.set(id, this.version);
  }

  private check(): void {
    if (!this.online) throw new ApiError(0, "");
  }
}

/** Which sittings are alive: `kill` ends one as a crash would, without a word. */
const alive = vi.hoisted(() => new Set<string>());
vi.mock("./session-lock", () => ({
  holdSession: async (session: string) => {
    alive.add(session);
    return () => alive.delete(session);
  },
  isSessionAlive: async (session: string) => alive.has(session),
}));

let job = 0;

async function sit(server: MemoryServer) {
  const journal = await Journal.open(`1/${job}`);
  const opened = await openDocument(server, journal);
  const { document, recovered, clashes } = opened;
  const history = new History(document);
  const autosave = new Autosave(document, history, journal, server, opened.server);
  autosave.resume(recovered, clashes);
  return { document, history, autosave, journal, recovered };
}

describe("saving", () => {
  beforeEach(() => {
    job += 1;
  });
  afterEach(() => alive.clear());

  it("sends what changed and nothing else", async () => {
    const server = new MemoryServer();
    const { history, autosave } = await sit(server);
    const shape = draw();
    history.run("create", 0, [[shape.id, shape]]);
    await autosave.flush();
    history.run("move", 0, [[shape.id, { ...shape, points: [5, 5, 9, 9] }]]);
    history.undo();
    await autosave.flush();
    expect(server.version).toBe(1);
    expect(autosave.state.value).toEqual({ name: "saved" });
    await autosave.close();
  });

  it("brings unsaved work back after a crash, once", async () => {
    const server = new MemoryServer();
    const first = await sit(server);
    const shape = draw();
    first.history.run("create", 0, [[shape.id, shape]]);
    await first.journal.settled();
    alive.clear();
    const second = await sit(server);
    expect(second.recovered).toEqual([shape.id]);
    await second.autosave.flush();
    alive.clear();
    const third = await sit(server);
    expect(third.recovered).toEqual([]);
    expect(third.document.size).toBe(1);
    expect(server.shapes.size).toBe(1);
    await third.autosave.close();
  });

  it("does not save twice what was saved just before a crash", async () => {
    const server = new MemoryServer();
    const first = await sit(server);
    const shape = draw();
    first.history.run("create", 0, [[shape.id, shape]]);
    server.loseNextAnswer = true;
    void first.autosave.flush();
    await vi.waitFor(() => expect(first.autosave.state.value.name).toBe("offline"));
    alive.clear();
    const second = await sit(server);
    await second.autosave.flush();
    expect(server.shapes.size).toBe(1);
    expect(second.document.size).toBe(1);
    await second.autosave.close();
    await first.autosave.close();
  });

  it("repeats by itself when the connection is back", async () => {
    const server = new MemoryServer();
    const { history, autosave } = await sit(server);
    const shape = draw();
    server.online = false;
    history.run("create", 0, [[shape.id, shape]]);
    const saving = autosave.flush();
    await vi.waitFor(() => expect(autosave.state.value).toEqual({ name: "offline", count: 1 }));
    server.online = true;
    window.dispatchEvent(new Event("online"));
    await saving;
    expect(server.shapes.size).toBe(1);
    await autosave.close();
  });

  it("loses nothing when two tabs work on one job", async () => {
    const server = new MemoryServer();
    const one = await sit(server);
    const shape = draw();
    one.history.run("create", 0, [[shape.id, shape]]);
    await one.autosave.flush();
    const two = await sit(server);
    expect(two.recovered).toEqual([]);
    const [theirs] = [...two.document.all()] as ShapeRecord[];
    if (!theirs) throw new Error("the second tab shows what the first saved");
    one.history.run("move", 0, [[shape.id, { ...shape, points: [1, 1, 9, 9] }]]);
    await one.autosave.flush();
    two.history.run("move", 0, [[theirs.id, { ...theirs, points: [2, 2, 9, 9] }]]);
    const extra = draw(50);
    two.history.run("create", 0, [[extra.id, extra]]);
    await two.autosave.flush();
    const points = [...server.shapes.values()].map((saved) => saved.points);
    expect(points).toHaveLength(3);
    expect(points).toEqual(
      expect.arrayContaining([
        [1, 1, 9, 9],
        [2, 2, 9, 9],
        [50, 0, 59, 9],
      ]),
    );
    expect(two.autosave.clashes.value).toMatchObject([
      {
        id: theirs.id,
        outcome: "copied",
        mine: { points: [2, 2, 9, 9] },
        theirs: { points: [1, 1, 9, 9] },
      },
    ]);
    await one.autosave.close();
    await two.autosave.close();
  });

  it("follows what others save, and undo leaves that alone", async () => {
    const server = new MemoryServer();
    const one = await sit(server);
    const shape = draw();
    one.history.run("create", 0, [[shape.id, shape]]);
    await one.autosave.flush();
    const two = await sit(server);
    const [seen] = [...two.document.all()] as ShapeRecord[];
    if (!seen) throw new Error("the second tab shows what the first saved");
    two.history.run("move", 0, [[seen.id, { ...seen, points: [3, 3, 9, 9] }]]);
    two.history.run("property", 0, [[seen.id, { ...seen, points: [3, 3, 9, 9], occluded: true }]]);
    await two.autosave.flush();
    await one.autosave.look();
    expect(one.document.get(shape.id)).toMatchObject({ points: [3, 3, 9, 9], occluded: true });
    expect(one.autosave.version.value).toBe(server.version);
    expect(one.autosave.heard.value).toHaveLength(1);
    expect(one.autosave.state.value).toEqual({ name: "saved" });
    one.history.undo();
    expect(one.document.get(shape.id)).not.toBeNull();
    await one.autosave.close();
    await two.autosave.close();
  });

  it("takes nothing in while a gesture is open, and says nothing of a look that failed", async () => {
    const server = new MemoryServer();
    const { document, history, autosave } = await sit(server);
    const shape = draw();
    history.run("create", 0, [[shape.id, shape]]);
    await autosave.flush();
    server.replaceAll([recordToWire(draw(40)) as WireShape]);
    history.begin("move", 0);
    history.set(shape.id, { ...shape, points: [1, 1, 9, 9] });
    const looking = autosave.look();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(document.get(shape.id)).toMatchObject({ points: [1, 1, 9, 9] });
    history.bail();
    await looking;
    expect([...document.all()]).toMatchObject([{ points: [40, 0, 49, 9] }]);
    server.online = false;
    await expect(autosave.look()).rejects.toMatchObject({ status: 0 });
    expect(autosave.state.value).toEqual({ name: "saved" });
    await autosave.close();
  });

  it("keeps unsaved work when somebody replaces everything, and tells of it", async () => {
    const server = new MemoryServer();
    const { document, history, autosave } = await sit(server);
    const [kept, lost] = [draw(0), draw(20)];
    history.run("create", 0, [
      [kept.id, kept],
      [lost.id, lost],
    ]);
    await autosave.flush();
    server.online = false;
    history.run("move", 0, [[kept.id, { ...kept, points: [7, 7, 9, 9] }]]);
    const saving = autosave.flush();
    await vi.waitFor(() => expect(autosave.state.value.name).toBe("offline"));
    server.replaceAll([recordToWire(draw(80)) as WireShape]);
    server.online = true;
    window.dispatchEvent(new Event("online"));
    await saving;
    const places = [...document.all()].map((record) => (record as ShapeRecord).points);
    expect(places).toHaveLength(2);
    expect(places).toEqual(
      expect.arrayContaining([
        [7, 7, 9, 9],
        [80, 0, 89, 9],
      ]),
    );
    expect([...server.shapes.values()].map(({ points }) => points)).toEqual(
      expect.arrayContaining(places),
    );
    expect(autosave.replacement()).toMatchObject({ client: "cvat-sdk/2.80.0", deleted: 2 });
    expect(autosave.survived()).toContain(kept.id);
    autosave.dismissReplacement();
    expect(autosave.replacement()).toBeNull();
    await autosave.close();
  });

  it("sends a batch again before it takes in what others did, so that nothing is there twice", async () => {
    const server = new MemoryServer();
    const { document, history, autosave } = await sit(server);
    const shape = draw();
    history.run("create", 0, [[shape.id, shape]]);
    server.loseNextAnswer = true;
    const saving = autosave.flush();
    await vi.waitFor(() => expect(autosave.state.value.name).toBe("offline"));
    void autosave.refresh();
    window.dispatchEvent(new Event("online"));
    await saving;
    expect(document.size).toBe(1);
    expect(server.shapes.size).toBe(1);
    await autosave.close();
  });

  it("loads everything where the server no longer knows what changed", async () => {
    const server = new MemoryServer();
    const { document, autosave } = await sit(server);
    server.replaceAll([recordToWire(draw(5)) as WireShape]);
    server.floor = server.version + 1;
    await autosave.look();
    expect([...document.all()]).toMatchObject([{ points: [5, 0, 14, 9] }]);
    expect(autosave.version.value).toBe(server.version);
    await autosave.close();
  });

  it.each([
    ["before it has tried to save", false],
    ["while it waits for the next try", true],
  ])(
    "leaves its work to the next sitting at once when it is closed offline, %s",
    async (_, tried) => {
      const server = new MemoryServer();
      const first = await sit(server);
      server.online = false;
      // The next try never comes: closing does not wait for it.
      const soon = window.setTimeout.bind(window);
      vi.spyOn(window, "setTimeout").mockImplementation(((run: () => void, delay = 0) =>
        delay < 1000 ? soon(run, delay) : 0) as typeof window.setTimeout);
      const shape = draw();
      first.history.run("create", 0, [[shape.id, shape]]);
      void first.autosave.flush();
      if (tried) await vi.waitFor(() => expect(first.autosave.state.value.name).toBe("offline"));
      await first.autosave.close();
      server.online = true;
      const second = await sit(server);
      // What was on its way is sent again, the rest is brought back.
      expect(second.recovered).toEqual(tried ? [] : [shape.id]);
      await second.autosave.flush();
      expect(server.shapes.size).toBe(1);
      await second.autosave.close();
    },
  );
});
