import { NavLink, useNavigate } from "react-router";
import classes from "./PageTabs.module.css";
import { ShortcutTooltip } from "./ShortcutTooltip";
import { useShortcuts } from "./useShortcuts";

export interface PageTab {
  label: string;
  to: string;
  /** One letter that opens it. */
  shortcut: string;
}

/** The parts of a page, each with an address of its own. */
export function PageTabs({ tabs, label }: { tabs: readonly PageTab[]; label: string }) {
  const navigate = useNavigate();
  useShortcuts(tabs.map(({ shortcut, to }) => [shortcut, () => navigate(to)] as const));
  return (
    <nav className={classes.tabs} aria-label={label}>
      {tabs.map(({ label: name, to, shortcut }) => (
        <ShortcutTooltip key={to} label={name} keys={shortcut.toUpperCase()}>
          <NavLink to={to} end className={classes.tab}>
            {name}
          </NavLink>
        </ShortcutTooltip>
      ))}
    </nav>
  );
}
