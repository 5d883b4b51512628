import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { choose, frameOf, type Side, sidesOf } from "../../../io/clash-choice";
import type { Clash } from "../../../io/merge";
import { ColorDot } from "../ColorDot";
import { useJobSession } from "../jobContext";
import classes from "./Clashes.module.css";
import { ClashSide } from "./ClashSide";

/** One object of which there are two versions. */
export function ClashEntry({ clash }: { readonly clash: Clash }) {
  const { t } = useTranslation("history");
  const session = useJobSession();
  const { editor, autosave } = session;
  const { id, copy, outcome, mine, theirs } = clash;
  const frame = frameOf(clash);
  const labelId = (mine ?? theirs)?.labelId ?? 0;
  const show = async () => {
    if (session.target.value !== frame) await session.goTo(frame);
    const ids = [id, copy].filter((one) => one !== null && editor.document.get(one) !== null);
    editor.select(ids as string[]);
  };
  const keep = async (side: Side) => {
    await show();
    editor.history.run("choose", frame, choose(clash, side, editor.document));
    autosave.dismissClashes([clash]);
    if (side !== "both") editor.select([id].filter((one) => editor.document.get(one) !== null));
  };
  return (
    <article className={classes.entry}>
      <button type="button" className={classes.object} onClick={() => void show()}>
        <ColorDot color={editor.labels.color(labelId)} />
        <span className={classes.name}>
          {[editor.labels.name(labelId), editor.ordinal(id) || ""].join(" ").trim()}
        </span>
        <span className={classes.frame}>{t("clash.frame", { frame })}</span>
      </button>
      <div className={classes.sides}>
        <ClashSide title={t("clash.mine")} record={mine} other={theirs} frame={frame} />
        <ClashSide title={t("clash.theirs")} record={theirs} other={mine} frame={frame} />
      </div>
      <p className={classes.outcome}>{t(`clash.outcome.${outcome}`)}</p>
      <div className={classes.choices}>
        {sidesOf(clash).map((side) => (
          <Button key={side} variant="default" size="compact-sm" onClick={() => void keep(side)}>
            {t(`clash.keep.${side}`)}
          </Button>
        ))}
      </div>
    </article>
  );
}
