import { ActionIcon, Loader, Text, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { contextCount } from "../../../io/context-images";
import { useJobSession } from "../jobContext";
import { useSettings } from "../panels";
import { useSignal } from "../useSignal";
import classes from "./ContextImages.module.css";
import { EnlargedImage } from "./EnlargedImage";
import { useContextImages } from "./useContextImages";

/** Pictures that were taken beside the frame, over the stage. Nothing where there are none. */
export function ContextImages() {
  const session = useJobSession();
  const frame = useSignal(session.target);
  const { contextImages } = useSettings();
  if (!contextImages || contextCount(session, frame) === 0) return null;
  return <Panel frame={frame} />;
}

function Panel({ frame }: { readonly frame: number }) {
  const { t } = useTranslation("job");
  const session = useJobSession();
  const { change } = useSettings();
  const { images, error } = useContextImages(session.job.id, frame);
  const [enlarged, setEnlarged] = useState<number | null>(null);
  const count = contextCount(session, frame);
  return (
    <section className={classes.panel} aria-label={t("context.title")}>
      <header className={classes.header}>
        <Text fz={12} c="dimmed">
          {t("context.title")}
        </Text>
        <Tooltip label={t("context.hide")}>
          <ActionIcon
            size={22}
            aria-label={t("context.hide")}
            onClick={() => change({ contextImages: false })}
          >
            <IconX size={13} />
          </ActionIcon>
        </Tooltip>
      </header>
      <div className={classes.images}>
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
    </section>
  );
}
