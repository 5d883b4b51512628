import fc from "fast-check";
import { expect, test } from "vitest";
import { labelChanges } from "./labels";
import type { LabelSpec } from "./types";

const spec = fc.record({
  name: fc.string({ minLength: 1, maxLength: 8 }),
  color: fc.constantFrom("#ff0000", "#00ff00"),
  type: fc.constantFrom("any", "polygon" as const),
  attributes: fc.constant([]),
}) as fc.Arbitrary<LabelSpec>;

/** What a server does with the changes. */
function applied(before: readonly LabelSpec[], changes: ReturnType<typeof labelChanges>) {
  const labels = new Map(before.map((label) => [label.id, label]));
  const added: LabelSpec[] = [];
  for (const change of changes) {
    if ("deleted" in change) labels.delete(change.id);
    else if (change.id === undefined) added.push(change);
    else labels.set(change.id, change);
  }
  return [...labels.values(), ...added];
}

test("the changes turn the saved labels into the edited ones", () => {
  const saved = fc.array(spec, { maxLength: 6 });
  fc.assert(
    fc.property(
      saved,
      fc.array(spec, { maxLength: 3 }),
      fc.infiniteStream(fc.nat(2)),
      (some, fresh, picks) => {
        const before = some.map((label, index) => ({ ...label, id: index + 1 }));
        const kept = before.flatMap((label) => {
          const pick = picks.next().value;
          if (pick === 0) return [];
          return [pick === 1 ? label : { ...label, name: `${label.name}!` }];
        });
        const after = [...kept, ...fresh];
        expect(applied(before, labelChanges(before, after))).toEqual(after);
      },
    ),
  );
});

test("nothing is sent for labels that did not change", () => {
  const label: LabelSpec = { id: 1, name: "car", color: "#fff", type: "any", attributes: [] };
  expect(labelChanges([label], [{ ...label }])).toEqual([]);
});
