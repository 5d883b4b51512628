import { afterEach, beforeEach, vi } from "vitest";

// A warning is a defect: React reports missing keys, missing act() and bad props this way.
beforeEach(() => {
  for (const level of ["error", "warn"] as const) {
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      throw new Error(`console.${level}: ${parts.map(String).join(" ")}`);
    });
  }
});

afterEach(() => {
  // Tests of scripts run without a page.
  globalThis.localStorage?.clear();
});
