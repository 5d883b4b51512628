import { Badge } from "@mantine/core";
import {
  IconBriefcase2,
  IconCloud,
  IconFolders,
  IconPhoto,
  IconProgress,
  IconTrash,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { NavLink, useNavigate } from "react-router";
import { isRunning, requestsQuery } from "../../api/requests";
import { ShortcutTooltip } from "../components/ShortcutTooltip";
import { useShortcuts } from "../components/useShortcuts";
import classes from "./AppLayout.module.css";

const PAGES = [
  { path: "/projects", name: "projects", key: "1", Icon: IconFolders },
  { path: "/tasks", name: "tasks", key: "2", Icon: IconPhoto },
  { path: "/jobs", name: "jobs", key: "3", Icon: IconBriefcase2 },
  { path: "/cloud-storages", name: "cloud-storages", key: "4", Icon: IconCloud },
  { path: "/requests", name: "requests", key: "5", Icon: IconProgress },
  { path: "/trash", name: "trash", key: "6", Icon: IconTrash },
] as const;

const LATEST = { page: 1, pageSize: 10, search: "", sort: "-created_date", filters: {} };

export function Navigation() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data } = useQuery(requestsQuery(LATEST));
  const running = data?.results.filter(isRunning).length ?? 0;
  useShortcuts(PAGES.map(({ path, key }) => [`alt+digit${key}`, () => navigate(path)] as const));
  return (
    <nav className={classes.links} aria-label={t("nav.main")}>
      {PAGES.map(({ path, name, key, Icon }) => (
        <ShortcutTooltip key={path} label={t(`nav.${name}`)} keys={`Alt ${key}`}>
          <NavLink to={path} className={classes.link}>
            <Icon size={17} stroke={1.7} />
            {t(`nav.${name}`)}
            {name === "requests" && running > 0 && (
              <Badge size="xs" circle variant="filled" className={classes.count}>
                {running}
              </Badge>
            )}
          </NavLink>
        </ShortcutTooltip>
      ))}
    </nav>
  );
}
