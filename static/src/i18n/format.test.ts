import { expect, test } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatPercent,
  formatRelative,
  formatRemaining,
} from "./format";

const plain = (text: string) => text.replace(/\s/g, " ");

test("sizes are in the units of file managers", () => {
  expect(plain(formatBytes(999, "en"))).toBe("999 B");
  expect(plain(formatBytes(1500, "en"))).toBe("2 kB");
  expect(plain(formatBytes(1_440_000, "en"))).toBe("1.4 MB");
  expect(plain(formatBytes(2_500_000_000, "ru"))).toBe("2,5 ГБ");
  expect(plain(formatBytes(0, "en"))).toBe("0 B");
});

test("moments within a week are relative, older ones are dates", () => {
  const now = new Date("2026-03-10T12:00:00Z");
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);
  expect(formatRelative(before(20), now, "en")).toBe("now");
  expect(formatRelative(before(300), now, "en")).toBe("5 minutes ago");
  expect(formatRelative(before(300), now, "ru")).toBe("5 минут назад");
  expect(formatRelative(before(86_400), now, "en")).toBe("yesterday");
  expect(formatRelative(before(30 * 86_400), now, "en")).toBe("Feb 8, 2026");
});

test("shares and durations", () => {
  expect(formatPercent(0.426, "en")).toBe("43%");
  expect(plain(formatDuration(12.2, "en"))).toBe("13 sec");
  expect(plain(formatDuration(150, "ru"))).toBe("3 мин");
});

test("what is ahead is counted in days, the last day in hours and minutes", () => {
  const now = new Date("2026-03-10T12:00:00Z");
  const ahead = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  expect(formatRemaining(ahead(30 * 86_400 - 60), now, "en")).toBe("in 30 days");
  expect(formatRemaining(ahead(5 * 3600), now, "ru")).toBe("через 5 часов");
  expect(formatRemaining(ahead(90), now, "en")).toBe("in 2 minutes");
  expect(formatRemaining(ahead(-90), now, "en")).toBe("in 0 minutes");
});
