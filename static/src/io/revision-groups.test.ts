import { describe, expect, it } from "vitest";
import type { WireRevision } from "../document/wire";
import { groupRevisions } from "./revision-groups";
import { RevisionList } from "./revision-list";

const START = Date.parse("2026-11-23T10:00:00Z");
const row = (
  revision: number,
  minute: number,
  facts: Partial<WireRevision> = {},
): WireRevision => ({
  revision,
  created_date: new Date(START + minute * 60_000).toISOString(),
  owner: { id: 1, username: "anna" },
  client: "browser",
  created: 1,
  updated: 0,
  deleted: 0,
  message: "",
  replaced: false,
  overwrote: false,
  ...facts,
});

describe("saves of one stretch of work", () => {
  it("are one row, until there is a pause, another person or another program", () => {
    const sdk = { client: "cvat-sdk/2.80.0" };
    const boris = { owner: { id: 2, username: "boris" } };
    const rows = [row(7, 60), row(6, 59), row(5, 40), row(4, 39, boris), row(3, 38, sdk)];
    const groups = groupRevisions(rows).map(({ revisions }) =>
      revisions.map(({ revision }) => revision),
    );
    expect(groups).toEqual([[7, 6], [5], [4], [3]]);
  });

  it("add up what they did, and leave out what says something of itself", () => {
    const rows = [
      row(5, 5, { created: 0, deleted: 4 }),
      row(4, 4),
      row(3, 3, { replaced: true, deleted: 9 }),
      row(2, 2, { message: "Restored revision 1" }),
      row(1, 1),
    ];
    const groups = groupRevisions(rows);
    expect(groups.map(({ revisions }) => revisions.length)).toEqual([2, 1, 1, 1]);
    expect(groups[0]).toMatchObject({ created: 1, deleted: 4, newest: { revision: 5 } });
  });
});

describe("revisions as they are fetched", () => {
  const server = (last: { revision: number }) => async (page: number) => {
    const numbers = Array.from({ length: last.revision }, (_, index) => last.revision - index);
    const results = numbers.slice((page - 1) * 50, page * 50).map((number) => row(number, number));
    return { count: numbers.length, results };
  };

  it("are all there, each once, though new ones move the pages", async () => {
    const last = { revision: 120 };
    const list = new RevisionList(server(last));
    await list.refresh();
    last.revision = 130;
    await list.more();
    await list.refresh();
    while (list.hasMore) await list.more();
    const { rows } = list.state.value;
    expect(rows.map(({ revision }) => revision)).toEqual(
      Array.from({ length: 130 }, (_, index) => 130 - index),
    );
  });

  it("begin anew where more were saved than a page holds", async () => {
    const last = { revision: 30 };
    const list = new RevisionList(server(last));
    await list.refresh();
    last.revision = 200;
    await list.refresh();
    expect(list.state.value.rows.map(({ revision }) => revision).at(-1)).toBe(151);
    while (list.hasMore) await list.more();
    expect(list.state.value.rows).toHaveLength(200);
  });

  it("keep what is known when a page cannot be had", async () => {
    let online = true;
    const good = server({ revision: 60 });
    const list = new RevisionList((page) =>
      online ? good(page) : Promise.reject(new Error("no connection")),
    );
    await list.refresh();
    online = false;
    await list.more();
    expect(list.state.value).toMatchObject({ loading: false, error: { message: "no connection" } });
    expect(list.state.value.rows).toHaveLength(50);
    online = true;
    await list.more();
    expect(list.state.value.rows).toHaveLength(60);
  });
});
