import { SegmentedControl, Text, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { switchLanguage } from "../../i18n/i18n";
import { LANGUAGES, type Language } from "../../i18n/language";
import classes from "./UserMenu.module.css";

const SCHEMES = [
  { value: "light", Icon: IconSun },
  { value: "dark", Icon: IconMoon },
  { value: "auto", Icon: IconDeviceDesktop },
] as const;

/** Each language by its own name, so that whoever reads it finds it. */
const LANGUAGE_NAMES: Record<Language, string> = { en: "English", ru: "Русский" };

export function ThemeChoice() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div className={classes.choice}>
      <Text fz={12} c="dimmed" mb={4} id="theme-choice">
        {t("theme.label")}
      </Text>
      <SegmentedControl
        fullWidth
        aria-labelledby="theme-choice"
        value={colorScheme}
        onChange={(value) => setColorScheme(value as typeof colorScheme)}
        data={SCHEMES.map(({ value, Icon }) => ({
          value,
          label: (
            <span title={t(`theme.${value}`)} className={classes.scheme}>
              <Icon size={15} />
              <VisuallyHidden>{t(`theme.${value}`)}</VisuallyHidden>
            </span>
          ),
        }))}
      />
    </div>
  );
}

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <div className={classes.choice}>
      <Text fz={12} c="dimmed" mb={4} id="language-choice">
        {t("language")}
      </Text>
      <SegmentedControl
        fullWidth
        aria-labelledby="language-choice"
        value={i18n.language}
        onChange={(value) => switchLanguage(value as Language)}
        data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
    </div>
  );
}
