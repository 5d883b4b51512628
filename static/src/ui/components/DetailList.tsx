import type { ReactNode } from "react";
import classes from "./DetailList.module.css";

/** Facts about a thing: names at the left, values at the right. */
export function DetailList({ items }: { items: readonly { name: string; value: ReactNode }[] }) {
  return (
    <dl className={classes.list}>
      {items.map(({ name, value }) => (
        <div key={name} className={classes.item}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
