import { useHotkeys } from "@mantine/hooks";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet } from "react-router";
import { Logo } from "../components/Logo";
import { PageSkeleton } from "../components/PageSkeleton";
import { useShortcuts } from "../components/useShortcuts";
import classes from "./AppLayout.module.css";
import { Navigation } from "./Navigation";
import { UserMenu } from "./UserMenu";

/** The frame of every page but the job page: navigation at the left, the page beside it. */
export function AppLayout() {
  const { t } = useTranslation();
  const search = () => document.querySelector<HTMLElement>("[data-search]")?.focus();
  // The character where the layout has it on a key of its own, else the key where others have it.
  useHotkeys([["/", search]]);
  useShortcuts([["/", search]]);
  return (
    <div className={classes.layout}>
      <a href="#page" className={classes.skip}>
        {t("nav.skip")}
      </a>
      <aside className={classes.sidebar}>
        <Link to="/tasks" className={classes.brand}>
          <Logo />
        </Link>
        <Navigation />
        <UserMenu />
      </aside>
      <main id="page" className={classes.page} tabIndex={-1}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
