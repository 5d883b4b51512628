// Runs before the first paint so that a dark page never flashes white. The key and the attribute
// are Mantine's own (ColorSchemeScript writes the same, but inline, which a strict
// Content-Security-Policy forbids).
(() => {
  const stored = localStorage.getItem("skylabel.theme");
  const dark =
    stored === "dark" || (stored !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
  document.documentElement.lang = localStorage.getItem("skylabel.language") || "en";
})();
