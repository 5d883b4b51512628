// Attributes of every kind, tags, shapes that came from elsewhere, an import while the editor is open.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { annotationsOf, call, labelsOf } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { drawRectangle, expectRecords, photograph, pickTool, records, saved } from "./editor.mjs";
import { photographs } from "./media.mjs";
import { chooseFormat, createTask, editorReady, openJob } from "./tasks.mjs";

const ATTRIBUTES = [
  { name: "asleep", input_type: "checkbox", default_value: "false", values: ["false"] },
  { name: "pose", input_type: "radio", default_value: "sitting", values: ["sitting", "lying"] },
  { name: "colour", input_type: "select", default_value: "ginger", values: ["ginger", "black"] },
  { name: "age", input_type: "number", default_value: "1", values: ["0", "20", "1"] },
  { name: "note", input_type: "text", default_value: "", values: [] },
].map((attribute) => ({ ...attribute, mutable: false }));

let browser;
let page;
let taskId;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
  const files = photographs.slice(0, 2);
  taskId = await createTask(page, { name: "Objects", labels: ["cat", "indoors"], files });
  const { cat } = await labelsOf(page, taskId);
  const labels = [{ id: cat.id, attributes: ATTRIBUTES }];
  await call(page, "PATCH", `/api/tasks/${taskId}`, { labels });
  await openJob(page, taskId);
});
after(() => browser.close());

test("an object has the attributes of its label, and each kind can be set", async () => {
  await pickTool(page, "Rectangle");
  await drawRectangle(page, [60, 40], [300, 250]);
  await expectRecords(page, 1);
  const details = page.getByTestId("details");
  await details.getByLabel("asleep").check();
  await details.getByLabel("lying").check();
  await details.getByLabel("colour").click();
  await page.getByRole("option", { name: "black" }).click();
  await details.getByLabel("age").fill("7");
  await details.getByLabel("note").fill("watches the camera");
  await details.getByLabel("note").blur();
  await saved(page);
  await photograph(page, "objects-attributes");
  const { cat } = await labelsOf(page, taskId);
  const nameOf = Object.fromEntries(cat.attributes.map(({ id, name }) => [id, name]));
  const [shape] = (await annotationsOf(page, taskId)).shapes;
  const values = shape.attributes.map(({ spec_id, value }) => [nameOf[spec_id], value]);
  assert.deepEqual(Object.fromEntries(values), {
    asleep: "true",
    pose: "lying",
    colour: "black",
    age: "7",
    note: "watches the camera",
  });
});

test("a value that an attribute does not take is put back", async () => {
  const age = page.getByTestId("details").getByLabel("age");
  await age.fill("7.5");
  await age.blur();
  await page.waitForFunction(() => window.__editor.save().name === "saved");
  assert.equal(await age.inputValue(), "7");
});

test("a frame is tagged and the tag taken off again", async () => {
  await page.getByTestId("canvas").focus();
  await page.keyboard.press("Alt+6");
  await page.getByRole("menuitem", { name: "indoors" }).click();
  const tags = page.getByRole("list", { name: "Tags of this frame" });
  await tags.getByText("indoors").waitFor();
  await photograph(page, "objects-tag");
  await saved(page);
  assert.equal((await annotationsOf(page, taskId)).tags.length, 1);
  await tags.getByRole("button", { name: "Remove the tag indoors" }).click();
  await tags.waitFor({ state: "detached" });
  await saved(page);
  assert.equal((await annotationsOf(page, taskId)).tags.length, 0);
});

test("shapes of every kind are shown and survive the editing of others", async () => {
  const { indoors } = await labelsOf(page, taskId);
  const skeleton = {
    name: "face",
    type: "skeleton",
    sublabels: ["nose", "ear"].map((name) => ({ name, type: "points" })),
    svg: "",
  };
  await call(page, "PATCH", `/api/tasks/${taskId}`, { labels: [skeleton] });
  const { face } = await labelsOf(page, taskId);
  const place = { frame: 1, label_id: indoors.id, occluded: false, z_order: 0, attributes: [] };
  const cuboid = [80, 120, 80, 220, 180, 120, 180, 220, 220, 90, 220, 190, 120, 90, 120, 190];
  const shapes = [
    { ...place, type: "ellipse", points: [330, 120, 400, 70], rotation: 20 },
    { ...place, type: "cuboid", points: cuboid },
    { ...place, type: "mask", points: maskOfDisc(40, 430, 220) },
    {
      ...place,
      type: "skeleton",
      label_id: face.id,
      points: [],
      elements: face.sublabels.map(({ id }, index) => ({
        type: "points",
        label_id: id,
        frame: 1,
        points: [270 + 30 * index, 260],
        attributes: [],
      })),
    },
  ];
  const jobId = Number(new URL(page.url()).pathname.split("/").at(-1));
  await call(page, "PATCH", `/api/jobs/${jobId}/annotations/?action=create`, {
    version: 0,
    tags: [],
    shapes,
    tracks: [],
  });
  const before = (await annotationsOf(page, taskId)).shapes.filter(({ frame }) => frame === 1);
  assert.equal(before.length, 4);
  await page.goto(`/tasks/${taskId}/jobs/${jobId}?frame=1`);
  await editorReady(page);
  await expectRecords(page, 5);
  await pickTool(page, "Rectangle");
  await drawRectangle(page, [20, 20], [60, 60]);
  await expectRecords(page, 6);
  await page.keyboard.press("Escape");
  await photograph(page, "objects-shapes");
  await saved(page);
  const after = (await annotationsOf(page, taskId)).shapes.filter(({ frame }) => frame === 1);
  assert.deepEqual(after.slice(0, 4), before);
  await page.keyboard.press("Control+a");
  await photograph(page, "objects-shapes-selected");
});

test("what is imported shows at once", async () => {
  const [count] = [(await records(page)).length];
  await page.getByRole("button", { name: "Job menu" }).click();
  await page.getByRole("menuitem", { name: "Import annotations" }).click();
  const dialog = page.getByRole("dialog");
  await chooseFormat(page, "COCO 1.0");
  await dialog.locator("input[type=file]").setInputFiles({
    name: "cats.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(coco())),
  });
  await dialog.getByText("Add", { exact: true }).click();
  await dialog.getByRole("button", { name: "Import" }).click();
  await dialog.getByRole("button", { name: "Import" }).waitFor({ state: "detached" });
  await photograph(page, "objects-import");
  await page.keyboard.press("Escape");
  await expectRecords(page, count + 1);
  const added = (await records(page)).at(-1);
  assert.deepEqual(added.points, [10, 20, 110, 70]);
  assert.equal(added.frame, 0);
});

/** A filled disc as CVAT encodes masks: runs that begin uncovered, then the box, inclusive. */
function maskOfDisc(radius, x, y) {
  const runs = [0];
  let covered = false;
  for (let row = -radius; row <= radius; row += 1) {
    for (let column = -radius; column <= radius; column += 1) {
      const inside = Math.hypot(row, column) <= radius && Math.hypot(row, column) > radius / 3;
      if (inside !== covered) runs.push(0);
      covered = inside;
      runs[runs.length - 1] += 1;
    }
  }
  return [...runs, x - radius, y - radius, x + radius, y + radius];
}

/** One rectangle on the photograph of the cat. */
function coco() {
  const box = { bbox: [10, 20, 100, 50], area: 5000, iscrowd: 0 };
  return {
    images: [{ id: 1, file_name: "chelsea.png", width: 451, height: 300 }],
    categories: [{ id: 1, name: "cat" }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, ...box }],
  };
}
