import { Text } from "@mantine/core";
import { IconPhotoOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ActionTextButton } from "./ActionTextButton";
import { useJobSession } from "./jobContext";
import classes from "./RemovedFrameNotice.module.css";
import { useSignal } from "./useSignal";

/** Says that the frame on the stage was taken out of the job, and puts it back. */
export function RemovedFrameNotice() {
  const { t } = useTranslation("job");
  const { target, removed } = useJobSession();
  const frame = useSignal(target);
  const numbers = useSignal(removed.numbers);
  if (!numbers.has(frame)) return null;
  return (
    <div className={classes.notice} role="status">
      <IconPhotoOff size={16} stroke={1.6} />
      <Text fz={13}>{t("removed.text")}</Text>
      <ActionTextButton action="removeFrame">{t("removed.restore")}</ActionTextButton>
    </div>
  );
}
