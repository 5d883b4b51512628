import { IconPhoto } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./Preview.module.css";

interface Props {
  /** Path of the picture; undefined while there is none. */
  src: string | undefined;
  large?: boolean;
}

/** A thumbnail in a box of fixed size, so that rows do not move when it arrives. */
export function Preview({ src, large }: Props) {
  const [failed, setFailed] = useState<string>();
  return (
    <span className={large ? classes.large : classes.small}>
      {src && failed !== src ? (
        <img src={src} alt="" loading="lazy" onError={() => setFailed(src)} />
      ) : (
        <IconPhoto size={large ? 28 : 16} stroke={1.3} />
      )}
    </span>
  );
}
