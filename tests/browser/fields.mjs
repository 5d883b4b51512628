import assert from "node:assert/strict";

/** Waits until a field has a value; what it has instead is said when it never comes. */
export async function expectValue(field, value) {
  const handle = await field.elementHandle();
  const page = field.page();
  try {
    await page.waitForFunction(([element, wanted]) => element.value === wanted, [handle, value]);
  } catch {
    assert.equal(await field.inputValue(), value);
  }
}
