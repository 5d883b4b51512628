// What a person does in the editor. Positions are pixels of the image.

async function client(page, [x, y]) {
  return page.evaluate((point) => window.__editor.toClient(point), { x, y });
}

async function click(page, point) {
  const { x, y } = await client(page, point);
  await page.mouse.move(x, y);
  await page.mouse.click(x, y);
}

/** The objects of the document. */
export function records(page) {
  return page.evaluate(() => window.__editor.records());
}

/** Waits until the document has so many objects. */
export async function expectRecords(page, count) {
  await page.waitForFunction((wanted) => window.__editor.records().length === wanted, count);
}

/** Everything is with the server. */
export async function saved(page) {
  await page.waitForFunction(() => window.__editor.save().name === "saved");
}

/** Picks a tool of the rail by its name. */
export async function pickTool(page, name) {
  await page.getByRole("button", { name, exact: true }).first().click();
}

/** Draws a rectangle by two clicks at opposite corners, as CVAT does. */
export async function drawRectangle(page, from, to) {
  await click(page, from);
  await click(page, to);
}

/** Draws a polygon and finishes it with the drawing key. */
export async function drawPolygon(page, points) {
  for (const point of points) await click(page, point);
  await page.keyboard.press("n");
}

/** Drags from one point of the image to another. */
export async function drag(page, from, to) {
  const start = await client(page, from);
  const end = await client(page, to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
  await page.mouse.move(end.x, end.y, { steps: 4 });
  await page.mouse.up();
}

/** Clicks a point of the image. */
export { click as clickImage };

/** The picture of this frame is shown. */
export async function shown(page, frame) {
  await page.waitForFunction((wanted) => window.__editor.picture() === wanted, frame);
}

/** Takes a picture of the page into the folder that SCREENSHOTS names, if it names one. */
export async function photograph(page, name) {
  if (!process.env.SCREENSHOTS) return;
  // Fades of the interface end, and the worker has drawn.
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` });
}
