import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from "@mantine/core";

/** The one accent colour. */
const sky: MantineColorsTuple = [
  "#ebf3ff",
  "#d5e4fe",
  "#a9c7fb",
  "#7ba9f8",
  "#548ff6",
  "#3b7ef5",
  "#2b72ec",
  "#1d62d6",
  "#1357bf",
  "#044aa8",
];

/** Text on dark (0) down to the page itself (8) and what lies under it (9). */
const dark: MantineColorsTuple = [
  "#e3e5e9",
  "#b4b8c0",
  "#8b909a",
  "#666b75",
  "#363a42",
  "#2a2d34",
  "#202329",
  "#181a1f",
  "#121317",
  "#0c0d10",
];

const gray: MantineColorsTuple = [
  "#f8f9fa",
  "#f2f3f5",
  "#e7e9ec",
  "#dcdfe3",
  "#c6cad1",
  "#a3a8b2",
  "#6b717c",
  "#4a4f59",
  "#30343b",
  "#1b1d22",
];

export const theme = createTheme({
  primaryColor: "sky",
  primaryShade: { light: 6, dark: 6 },
  colors: { sky, dark, gray },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, monospace",
  fontSizes: { xs: "0.8125rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.25rem", lineHeight: "1.4" },
      h2: { fontSize: "1rem", lineHeight: "1.5" },
      h3: { fontSize: "0.875rem", lineHeight: "1.5" },
    },
  },
  defaultRadius: 6,
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 30 } },
    Badge: { defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 500 } },
    Button: { defaultProps: { size: "xs", fw: 500 } },
    Checkbox: { defaultProps: { size: "xs" } },
    ColorInput: { defaultProps: { size: "xs" } },
    FileInput: { defaultProps: { size: "xs" } },
    JsonInput: { defaultProps: { size: "xs" } },
    Menu: { defaultProps: { shadow: "md", withinPortal: true } },
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 120 } },
      styles: { title: { fontWeight: 600 } },
    },
    NumberInput: { defaultProps: { size: "xs" } },
    PasswordInput: { defaultProps: { size: "xs" } },
    SegmentedControl: {
      defaultProps: { size: "xs" },
      // In the dark the track would have the colour of the dialog that it is in.
      styles: { root: { backgroundColor: "var(--sky-track)" } },
    },
    Select: {
      defaultProps: { size: "xs", allowDeselect: false, checkIconPosition: "right" },
    },
    Switch: { defaultProps: { size: "xs" } },
    TagsInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs" } },
    Text: { defaultProps: { size: "sm" } },
    TextInput: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 100 } } },
  },
});

/** Surfaces and lines that Mantine has no name for; style sheets use them as `--sky-*`. */
export const themeVariables: CSSVariablesResolver = () => ({
  variables: { "--sky-sidebar-width": "13.5rem", "--sky-bar-height": "3.25rem" },
  light: {
    "--mantine-color-body": "#ffffff",
    "--sky-surface": "#f7f8f9",
    "--sky-raised": "#ffffff",
    "--sky-line": "#e7e9ec",
    "--sky-hover": "#f4f5f7",
    "--sky-track": "#f2f3f5",
    "--sky-chosen": "#eef4ff",
    "--sky-accent-text": "#1d62d6",
    "--sky-warning-text": "#a85a00",
    "--mantine-color-dimmed": "#6b717c",
    "--mantine-color-error": "#c9302c",
  },
  dark: {
    "--mantine-color-body": "#121317",
    "--sky-surface": "#0e0f12",
    "--sky-raised": "#181a1f",
    "--sky-line": "#26292f",
    "--sky-hover": "#1a1c21",
    "--sky-track": "#1b1d22",
    "--sky-chosen": "#16213a",
    "--sky-accent-text": "#7ba9f8",
    "--sky-warning-text": "#f0b04f",
    "--mantine-color-dimmed": "#8b909a",
    "--mantine-color-error": "#f0716d",
    "--mantine-color-gray-light": "#23262d",
    "--mantine-color-gray-light-color": "#b4b8c0",
    "--mantine-color-red-light": "#2e1719",
    "--mantine-color-red-light-hover": "#391c1e",
    "--mantine-color-red-light-color": "#f5a19d",
    "--mantine-color-teal-light": "#0e2a21",
    "--mantine-color-teal-light-hover": "#123429",
    "--mantine-color-teal-light-color": "#6fd8ae",
  },
});

/** Remembers light, dark or auto under the key that `public/theme.js` reads before first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: "skylabel.theme" });
