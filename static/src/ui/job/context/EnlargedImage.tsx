import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./ContextImages.module.css";

interface Props {
  /** Addresses of the pictures. */
  readonly images: readonly string[];
  readonly shown: number | null;
  readonly onShow: (index: number) => void;
  readonly onClose: () => void;
}

/** One context image as large as the window; the arrow keys lead to its neighbours. */
export function EnlargedImage({ images, shown, onShow, onClose }: Props) {
  const { t } = useTranslation("job");
  const image = shown === null ? undefined : images[shown];

  function turn(by: number) {
    if (shown !== null) onShow((shown + by + images.length) % images.length);
  }

  return (
    <Modal
      opened={image !== undefined}
      onClose={onClose}
      size="auto"
      title={t("context.number", { number: (shown ?? 0) + 1, count: images.length })}
      onKeyDown={({ key }) => {
        if (key === "ArrowRight") turn(1);
        if (key === "ArrowLeft") turn(-1);
      }}
    >
      {image && <img className={classes.enlarged} src={image} alt="" />}
    </Modal>
  );
}
