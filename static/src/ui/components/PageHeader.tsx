import { Group, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconChevronRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import classes from "./PageHeader.module.css";

interface Props {
  title: string;
  /** The pages above this one, outermost first. */
  trail?: readonly { label: string; to: string }[];
  /** Beside the title: a status, an id. */
  aside?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, trail = [], aside, actions }: Props) {
  const { t } = useTranslation();
  useDocumentTitle(`${title} · ${t("product")}`);
  return (
    <header className={classes.header}>
      <nav className={classes.trail} aria-label={t("trail")}>
        {trail.map(({ label, to }) => (
          <Group key={to} gap={6} wrap="nowrap">
            <Link to={to} className={classes.parent}>
              {label}
            </Link>
            <IconChevronRight size={14} color="var(--mantine-color-dimmed)" />
          </Group>
        ))}
        <Title order={1} fz="md" className={classes.title} title={title}>
          {title}
        </Title>
        {aside}
      </nav>
      <Group gap={8} wrap="nowrap">
        {actions}
      </Group>
    </header>
  );
}
