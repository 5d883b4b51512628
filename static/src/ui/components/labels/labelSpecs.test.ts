import fc from "fast-check";
import { expect, test } from "vitest";
import { INPUT_TYPES, LABEL_TYPES, type LabelSpec } from "../../../api/types";
import {
  labelsFromRaw,
  labelsProblem,
  labelsToRaw,
  newAttribute,
  nextColor,
  withInputType,
} from "./labelSpecs";

const name = fc.string({ minLength: 1 }).filter((text) => text.trim() !== "");
const identity = fc.record({ id: fc.nat() }, { requiredKeys: [] });
const attribute = fc
  .record({
    name,
    mutable: fc.boolean(),
    input_type: fc.constantFrom(...INPUT_TYPES),
    default_value: fc.string(),
    values: fc.array(fc.string()),
  })
  .chain((fields) => identity.map((id) => ({ ...id, ...fields })));
const label = fc
  .record({
    name,
    color: fc.constantFrom("#112233", "#ffffff"),
    type: fc.constantFrom(...LABEL_TYPES),
    attributes: fc.array(attribute, { maxLength: 3 }),
  })
  .chain((fields) => identity.map((id): LabelSpec => ({ ...id, ...fields })));

test("labels survive being written as JSON and read again", () => {
  fc.assert(
    fc.property(fc.array(label, { maxLength: 4 }), (labels) => {
      expect(labelsFromRaw(labelsToRaw(labels))).toEqual(labels);
    }),
  );
});

test("what JSON leaves out gets defaults, and distinct colours", () => {
  const [car, person] = labelsFromRaw(
    '[{"name": "car", "attributes": [{"name": "kind", "values": ["a", "b"]}]}, {"name": "person"}]',
  );
  expect(car).toMatchObject({ type: "any" });
  expect(car?.attributes).toEqual([
    { name: "kind", mutable: false, input_type: "select", default_value: "a", values: ["a", "b"] },
  ]);
  expect(person?.color).not.toBe(car?.color);
});

test("what is wrong in JSON is named by its place", () => {
  expect(() => labelsFromRaw("{}")).toThrow("[]");
  expect(() => labelsFromRaw('[{"name": "a"}, {"nam": "b"}]')).toThrow("[1].name");
  expect(() => labelsFromRaw('[{"name": "a", "type": "circle"}]')).toThrow("[0].type");
  expect(() => labelsFromRaw("[{")).toThrow(SyntaxError);
});

test("what the server would refuse is found first", () => {
  const plain = (text: string): LabelSpec => ({
    name: text,
    color: "#112233",
    type: "any",
    attributes: [],
  });
  const withAttribute = (change: object): LabelSpec => ({
    ...plain("car"),
    attributes: [{ ...newAttribute(), name: "kind", values: ["a"], ...change }],
  });
  expect(labelsProblem([plain("car"), plain("person")])).toBeNull();
  expect(labelsProblem([withAttribute({})])).toBeNull();
  expect(labelsProblem([plain(" ")])?.key).toBe("empty");
  expect(labelsProblem([plain("car"), plain("car ")])?.key).toBe("duplicate");
  expect(labelsProblem([withAttribute({ name: "" })])?.key).toBe("attributeEmpty");
  expect(labelsProblem([withAttribute({ values: [] })])?.key).toBe("noValues");
  const number = withInputType({ name: "speed", mutable: true }, "number");
  expect(labelsProblem([withAttribute(number)])).toBeNull();
  expect(labelsProblem([withAttribute({ ...number, values: ["9", "1", "1"] })])?.key).toBe("range");
});

test("new labels get colours that no other label has, while there are any", () => {
  const labels: LabelSpec[] = [];
  for (let index = 0; index < 12; index++) {
    labels.push({ name: `${index}`, color: nextColor(labels), type: "any", attributes: [] });
  }
  expect(new Set(labels.slice(0, 10).map(({ color }) => color)).size).toBe(10);
  expect(labels[11]?.color).toMatch(/^#[0-9a-f]{6}$/);
});
