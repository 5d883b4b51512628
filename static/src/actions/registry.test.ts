import { describe, expect, it } from "vitest";
import en from "../i18n/locales/en/job.json";
import ru from "../i18n/locales/ru/job.json";
import { ACTIONS } from "./registry";
import { shortcutText } from "./shortcut";

function textOf(texts: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], texts);
}

describe("actions", () => {
  it("have a name in every language", () => {
    const named = ACTIONS.filter(({ id }) => !/^label\d$/.test(id));
    for (const texts of [en, ru]) {
      const nameless = named.filter(({ id }) => !textOf(texts.actions, id));
      expect(nameless.map(({ id }) => id)).toEqual([]);
    }
  });

  it("do not share a shortcut", () => {
    const shortcuts = ACTIONS.flatMap((action) => action.shortcuts.map(shortcutText));
    expect(shortcuts.filter((text, at) => shortcuts.indexOf(text) !== at)).toEqual([]);
  });

  it("use CVAT's keys", () => {
    const keys = Object.fromEntries(
      ACTIONS.map(({ id, shortcuts }) => [id, shortcuts[0] && shortcutText(shortcuts[0])]),
    );
    expect(keys).toMatchObject({
      draw: "N",
      undo: "Ctrl+Z",
      redo: "Ctrl+Shift+Z",
      nextFrame: "F",
      previousFrame: "D",
      forward: "V",
      backward: "C",
      play: "Space",
      save: "Ctrl+S",
      lock: "L",
      hide: "H",
      occluded: "Q",
      outside: "O",
      keyframe: "K",
      nextKeyframe: "R",
      previousKeyframe: "E",
      delete: "Del",
    });
  });
});
