// What is annotated is counted: of a task, of a job, and before a label takes its objects along.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { annotationsOf, call, labelsOf } from "./api.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { photograph, shown } from "./editor.mjs";
import { photographs, video } from "./media.mjs";
import { createTask, editorReady } from "./tasks.mjs";

const MANY = 1000;

let browser;
let page;
let streets;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
  await signIn(page);
});
after(() => browser.close());

function shape(frame, label, more = {}) {
  const points = [10, 10, 60, 80];
  return { type: "rectangle", frame, label_id: label.id, points, source: "manual", ...more };
}

function polygon(frame, label) {
  return shape(frame, label, { type: "polygon", points: [5, 5, 40, 9, 20, 60], source: "auto" });
}

/** A rectangle's track that is seen from one frame to another, exclusive. */
function track(label, from, to) {
  const at = (frame, outside) => ({
    type: "rectangle",
    frame,
    outside,
    points: [frame, 10, frame + 50, 90],
    attributes: [],
  });
  return { frame: from, label_id: label.id, shapes: [at(from, false), at(to, true)] };
}

/** Texts of a row of the table of labels, by its name. */
async function cells(name) {
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
  return row.getByRole("cell").allTextContents();
}

function headers() {
  return page.getByRole("table").getByRole("columnheader").allTextContents();
}

async function figure(name) {
  return page
    .locator("dl > div")
    .filter({ has: page.getByText(name, { exact: true }) })
    .textContent();
}

test("a task without annotations says when there will be numbers", async () => {
  const files = photographs;
  streets = await createTask(page, { name: "Streets", labels: ["car", "cat", "sign"], files });
  await page.keyboard.press("s");
  await page.waitForURL(`**/tasks/${streets}/statistics`);
  await page.getByText("Nothing is annotated yet").waitFor();
  await photograph(page, "statistics-empty");
});

test("labels are counted by kind of object, with totals, sources and frames", async () => {
  const { car, cat } = await labelsOf(page, streets);
  await call(page, "PUT", `/api/tasks/${streets}/annotations/`, {
    shapes: [shape(0, car), shape(0, car), polygon(2, car), polygon(2, cat)],
    tags: [{ frame: 2, label_id: cat.id, source: "manual", attributes: [] }],
  });
  await page.reload();
  await page.getByText("Annotated frames").waitFor();
  assert.deepEqual(await headers(), ["Label", "Tags", "Rectangles", "Polygons", "Total"]);
  assert.deepEqual(await cells("All labels"), ["1", "2", "2", "5"]);
  assert.deepEqual(await cells("car"), ["–", "2", "1", "3"]);
  assert.deepEqual(await cells("cat"), ["1", "–", "1", "2"]);
  assert.deepEqual(await cells("sign"), ["–", "–", "–", "–"]);
  assert.match(await figure("Annotated frames"), /2 of 450% · 2 empty frames/);
  assert.match(await figure("Labels in use"), /2 of 3/);
  assert.match(await figure("Sources"), /Manual 3.*Automatic 2/);
  await photograph(page, "statistics-task");
});

test("a bar of the frames is found by the arrows and leads into the editor at that frame", async () => {
  const bars = page.getByRole("region", { name: "Objects per frame" }).getByRole("link");
  assert.equal(await bars.count(), 4);
  await bars.first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal(await bars.nth(2).evaluate((bar) => bar === document.activeElement), true);
  assert.equal(await bars.nth(2).getAttribute("aria-label"), "Frame 2: 3 objects");
  await page.keyboard.press("Enter");
  await editorReady(page);
  await shown(page, 2);
  await page.goBack();
  await page.getByText("Annotated frames").waitFor();
});

test("labels are searched and sorted", async () => {
  await page.getByRole("button", { name: "Tags" }).click();
  const names = () => page.locator("tbody").getByRole("rowheader").allTextContents();
  assert.deepEqual(await names(), ["cat", "car", "sign"]);
  await page.keyboard.press("/");
  await page.keyboard.type("CA");
  await page.getByText("2 labels").waitFor();
  assert.deepEqual(await names(), ["cat", "car"]);
});

test("CSV has every label and kind, whatever is searched", async () => {
  await page.locator("body").click({ position: { x: 700, y: 20 } });
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("d")]);
  assert.equal(download.suggestedFilename(), `task-${streets}-statistics.csv`);
  const [head, ...rows] = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  const column = (name) => head.split(",").indexOf(name);
  const table = Object.fromEntries(rows.map((row) => [row.split(",")[1], row.split(",")]));
  assert.deepEqual(Object.keys(table), ["car", "cat", "sign", "total"]);
  assert.equal(table.car[column("rectangle")], "2");
  assert.equal(table.total[column("objects")], "5");
  assert.equal(table.total[column("track_mask")], "0");
});

test("tracks of a video are counted once, on the frames where they are seen, for its job too", async () => {
  const id = await createTask(page, { name: "Cyclists", labels: ["cyclist"], files: [video] });
  const { cyclist } = await labelsOf(page, id);
  const tracks = Array.from({ length: 12 }, (_, index) =>
    track(cyclist, index * 10, index * 15 + 20),
  );
  await call(page, "PUT", `/api/tasks/${id}/annotations/`, { tracks });
  await page.goto(`/tasks/${id}`);
  await page.getByRole("button", { name: /^More about job/ }).click();
  await page.getByRole("menuitem", { name: "Statistics" }).click();
  await page.waitForURL(/\/jobs\/\d+\/statistics$/);
  await page.getByText("Annotated frames").waitFor();
  assert.deepEqual(await headers(), ["Label", "Tracks", "Total"]);
  assert.deepEqual(await cells("cyclist"), ["12", "12"]);
  assert.match(await figure("Annotated frames"), /185 of 250/);
  assert.match(await figure("Tracked shapes"), /^Tracked shapes570 12 keyframes/);
  const bars = page.getByRole("region", { name: "Objects per frame" }).getByRole("link");
  await bars.nth(40).hover();
  await page.getByText("Frames 100–101").waitFor();
  await photograph(page, "statistics-job");
  await bars.nth(40).click();
  await editorReady(page);
  await shown(page, 100);
});

test("a thousand labels are shown, searched and sorted without waiting", async () => {
  const labels = Array.from({ length: MANY }, (_, index) => ({
    name: `product ${index}`,
    attributes: [],
  }));
  const id = await createTask(page, { name: "Own", labels: ["x"], files: photographs.slice(0, 1) });
  await call(page, "PATCH", `/api/tasks/${id}`, { labels });
  const own = await labelsOf(page, id);
  const shapes = [
    shape(0, own["product 7"]),
    shape(0, own["product 7"]),
    shape(0, own["product 42"]),
  ];
  await call(page, "PUT", `/api/tasks/${id}/annotations/`, { shapes });
  await page.goto(`/tasks/${id}/statistics`);
  await page.getByText("1,001 labels").waitFor();
  const rows = page.locator("tbody tr");
  assert.equal(await rows.first().getByRole("rowheader").textContent(), "product 7");
  await photograph(page, "statistics-thousand");
  const milliseconds = await page.evaluate(async () => {
    const painted = () =>
      new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const button = [...document.querySelectorAll("thead button")].at(0);
    const began = performance.now();
    button.click();
    await painted();
    return performance.now() - began;
  });
  assert.ok(milliseconds < 500, `sorting took ${milliseconds} ms`);
  await page.locator("thead button").first().click();
  await page.mouse.move(500, 600);
  await page.mouse.wheel(0, 100_000);
  await page.getByRole("rowheader", { name: "product 0" }).waitFor();
  await page.getByLabel("Find a label").fill("product 42");
  await page.getByText("11 labels").waitFor();
});

test("before labels go, their objects are counted over the tasks of the project", async () => {
  const labels = ["car", "cat", "unused"].map((name) => ({ name, attributes: [] }));
  const project = await call(page, "POST", "/api/projects", { name: "Two streets", labels });
  const file = photographs.slice(0, 1);
  const ids = [];
  for (const [name, count] of [
    ["First", 20],
    ["Second", 11],
  ]) {
    await page.goto(`/tasks/create?project=${project.id}`);
    await page.getByLabel("Name", { exact: true }).first().fill(name);
    await page.locator("input[type=file]").first().setInputFiles(file);
    await page.getByRole("button", { name: "Create task" }).click();
    await page.waitForURL(/\/tasks\/\d+$/, { timeout: 60_000 });
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    const id = Number(new URL(page.url()).pathname.split("/").at(-1));
    const { results } = await call(page, "GET", `/api/labels?project_id=${project.id}`);
    const [car, cat] = results;
    const shapes = [...Array.from({ length: count }, () => shape(0, car)), shape(0, cat)];
    await call(page, "PUT", `/api/tasks/${id}/annotations/`, { shapes });
    ids.push(id);
  }
  await page.goto(`/projects/${project.id}`);
  await page.getByRole("button", { name: "Remove label car" }).click();
  await page.getByRole("button", { name: "Remove label unused" }).click();
  await page.getByRole("button", { name: "Save labels" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove 2 labels?" });
  await dialog.getByText("31 objects in 2 tasks will be deleted.").waitFor();
  await dialog.getByText("They stay in the history").waitFor();
  await photograph(page, "statistics-labels");
  assert.equal((await annotationsOf(page, ids[0])).shapes.length, 21);
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByText("Labels saved").waitFor();
  for (const id of ids) {
    await page.waitForFunction(
      async (path) => (await (await fetch(path)).json()).shapes.length === 1,
      `/api/tasks/${id}/annotations/`,
    );
  }
});

test("a label that nobody uses goes with a word, one that lost its id in JSON with a warning", async () => {
  await page.goto(`/tasks/${streets}`);
  await page.getByRole("button", { name: "Remove label sign" }).click();
  await page.getByRole("button", { name: "Save labels" }).click();
  await page.getByRole("dialog").getByText("No annotations use them.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Discard changes" }).click();
  await page.getByRole("tab", { name: "JSON" }).click();
  const text = page.getByRole("textbox", { name: "JSON" });
  const labels = JSON.parse(await text.inputValue());
  await text.fill(JSON.stringify(labels.map(({ id: _, ...label }) => label)));
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("button", { name: "Save labels" }).click();
  await page.getByRole("dialog").getByText("car, cat, sign are made anew").waitFor();
  await page.getByRole("dialog").getByText("5 objects will be deleted.").waitFor();
});

test("statistics in Russian and dark", async () => {
  await page.goto(`/tasks/${streets}/statistics`);
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByText("Русский").click();
  await page.getByTitle("Тёмная").click();
  await page.keyboard.press("Escape");
  await page.getByText("Размеченные кадры").waitFor();
  assert.deepEqual(await cells("Все метки"), ["1", "2", "2", "5"]);
  await photograph(page, "statistics-russian-dark");
});
