import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./DetailPage.module.css";

/** The body of a project's or task's page: sections at the left, facts at the right. */
export function DetailPage({ children, side }: { children: ReactNode; side: ReactNode }) {
  return (
    <div className={classes.page}>
      <div className={classes.main}>{children}</div>
      <aside className={classes.side}>{side}</aside>
    </div>
  );
}

interface SectionProps {
  title: string;
  aside?: ReactNode;
  /** The content is a table that reaches the edges. */
  bare?: boolean;
  children: ReactNode;
}

export function Section({ title, aside, bare, children }: SectionProps) {
  return (
    <section className={bare ? `${classes.section} ${classes.bare}` : classes.section}>
      <div className={classes.sectionHead}>
        <Title order={2}>{title}</Title>
        {aside}
      </div>
      {children}
    </section>
  );
}
