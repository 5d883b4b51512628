// How a page looks to people with other settings.
import { photograph } from "./editor.mjs";

export const LAPTOP = { width: 1366, height: 768 };
export const DESK = { width: 2560, height: 1440 };

/** Photographs what is shown on a laptop and a large screen, in light and in dark. */
export async function photographAll(page, name) {
  if (!process.env.SCREENSHOTS) return;
  for (const [size, viewport] of Object.entries({ laptop: LAPTOP, desk: DESK })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await photograph(page, `${name}-${size}-${colorScheme}`);
    }
  }
  await page.setViewportSize(LAPTOP);
  await page.emulateMedia({ colorScheme: null });
}

/** Shows every page in a language from now on, as someone who chose it. */
export async function speak(page, language) {
  await page.evaluate((chosen) => localStorage.setItem("skylabel.language", chosen), language);
  await page.reload();
}
