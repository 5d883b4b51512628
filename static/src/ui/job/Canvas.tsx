import { Button, Loader, Text } from "@mantine/core";
import { IconPhotoOff } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Stage } from "../../render/stage";
import { listenToSurface } from "../../tools/input";
import classes from "./Canvas.module.css";
import { useJobSession } from "./jobContext";
import { useSettings } from "./panels";
import { useSignal } from "./useSignal";

/** The picture, the objects on it, and what the pointer does to them. */
export function Canvas() {
  const { t } = useTranslation("job");
  const session = useJobSession();
  const surface = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const target = useSignal(session.target);
  const isRemoved = useSignal(session.removed.numbers).has(target);
  const { fill, crosshair, brightness, contrast, saturation } = useSettings();

  useEffect(() => {
    const element = surface.current;
    if (!element) return;
    const created = new Stage(element, session.editor);
    stage.current = created;
    const stopListening = listenToSurface(element, session.editor);
    const show = () => {
      const picture = session.picture.value;
      if (picture) created.showImage(picture.drawable, picture.size);
    };
    const stopShowing = session.picture.subscribe(show);
    show();
    return () => {
      stopShowing();
      stopListening();
      created.dispose();
      stage.current = null;
    };
  }, [session]);

  useEffect(() => {
    const plain = brightness === 100 && contrast === 100 && saturation === 100;
    const filter = `brightness(${brightness}%) contrast(${contrast}%) saturate(${saturation}%)`;
    stage.current?.setAppearance({ fill: fill / 100, crosshair, filter: plain ? "" : filter });
  }, [fill, crosshair, brightness, contrast, saturation]);

  return (
    <>
      <div
        ref={surface}
        className={classes.surface}
        data-removed={isRemoved || undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the drawing surface takes the keyboard
        tabIndex={0}
        role="application"
        aria-label={t("canvas.label")}
        data-testid="canvas"
      />
      <PictureState />
    </>
  );
}

function PictureState() {
  const { t } = useTranslation("job");
  const session = useJobSession();
  const failed = useSignal(session.pictureError);
  const waiting = useIsWaiting();
  if (failed) {
    return (
      <div className={classes.message} role="alert">
        <IconPhotoOff size={28} stroke={1.5} />
        <Text fw={500}>{t("canvas.failed", { frame: failed.frame })}</Text>
        <Text size="xs" c="dimmed">
          {failed.message || t("canvas.undecodable")}
        </Text>
        <Button variant="default" onClick={() => void session.retryPicture()}>
          {t("canvas.retry")}
        </Button>
      </div>
    );
  }
  return waiting ? (
    <div className={classes.waiting}>
      <Loader size={14} color="gray" />
      <Text size="xs">{t("canvas.loading")}</Text>
    </div>
  ) : null;
}

/** A short wait goes unmentioned: a flickering notice would disturb more than it tells. */
function useIsWaiting(): boolean {
  const session = useJobSession();
  const target = useSignal(session.target);
  const picture = useSignal(session.picture);
  const [slow, setSlow] = useState(false);
  const missing = picture?.frame !== target;
  useEffect(() => {
    if (!missing) return;
    const timer = window.setTimeout(() => setSlow(true), 400);
    return () => {
      window.clearTimeout(timer);
      setSlow(false);
    };
  }, [missing]);
  return missing && slow;
}
