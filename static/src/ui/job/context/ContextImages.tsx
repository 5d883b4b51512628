import { Loader, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { contextCount, hasContextImages } from "../../../io/context-images";
import page from "../JobPage.module.css";
import { useJobSession } from "../jobContext";
import { useSettings } from "../panels";
import { useSignal } from "../useSignal";
import classes from "./ContextImages.module.css";
import { EnlargedImage } from "./EnlargedImage";
import { useContextImages } from "./useContextImages";

/**
 * Pictures that were taken beside the frames, in a strip below the stage. It can be folded; jobs
 * without such pictures have none.
 */
export function ContextImages() {
  const { t } = useTranslation("job");
  const session = useJobSession();
  const [exist] = useState(() => hasContextImages(session));
  const { contextImages: opened, change } = useSettings();
  if (!exist) return null;
  const Chevron = opened ? IconChevronDown : IconChevronUp;
  return (
    <section className={page.context} aria-label={t("context.title")}>
      <UnstyledButton
        className={classes.header}
        aria-expanded={opened}
        onClick={() => change({ contextImages: !opened })}
      >
        <Chevron size={14} />
        {t("context.title")}
      </UnstyledButton>
      {opened && <Images />}
    </section>
  );
}

function Images() {
  const { t } = useTranslation("job");
  const session = useJobSession();
  const frame = useSignal(session.target);
  const { images, error } = useContextImages(session.job.id, frame);
  const [enlarged, setEnlarged] = useState<number | null>(null);
  const count = contextCount(session, frame);
  return (
    <>
      <div className={classes.images}>
        {count === 0 && (
          <Text fz={12} c="dimmed">
            {t("context.none")}
          </Text>
        )}
        {error && (
          <Text fz={12} c="red" role="alert">
            {t("context.failed")}
          </Text>
        )}
        {!error &&
          Array.from({ length: count }, (_, index) => {
            const image = images?.[index];
            const label = t("context.enlarge", { number: index + 1 });
            return (
              <button
                // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity
                key={index}
                type="button"
                className={classes.image}
                aria-label={label}
                title={label}
                disabled={!image}
                onClick={() => setEnlarged(index)}
              >
                {image ? <img src={image} alt="" draggable={false} /> : <Loader size={16} />}
              </button>
            );
          })}
      </div>
      <EnlargedImage
        images={images ?? []}
        shown={enlarged}
        onShow={setEnlarged}
        onClose={() => setEnlarged(null)}
      />
    </>
  );
}
