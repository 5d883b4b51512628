import { Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LanguageChoice, ThemeChoice } from "../app/Preferences";
import { Logo } from "../components/Logo";
import classes from "./AuthLayout.module.css";

/** The frame of the pages that one sees before signing in. */
export function AuthLayout({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  useDocumentTitle(`${title} · ${t("product")}`);
  return (
    <main className={classes.screen}>
      <Logo />
      <section className={classes.card}>
        <Title order={1} fz="lg" mb="lg">
          {title}
        </Title>
        {children}
      </section>
      <div className={classes.choices}>
        <ThemeChoice />
        <LanguageChoice />
      </div>
    </main>
  );
}
