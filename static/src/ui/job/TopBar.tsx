import { Anchor, Divider, Group, Text } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconKeyboard,
  IconMaximize,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ActionButton } from "./ActionButton";
import { JobMenu } from "./JobMenu";
import classes from "./JobPage.module.css";
import { JobStateSelect } from "./JobStateSelect";
import { useJobSession } from "./jobContext";
import { SaveIndicator } from "./SaveIndicator";
import { SettingsButton } from "./SettingsButton";
import bar from "./TopBar.module.css";
import { useSignal } from "./useSignal";

export function TopBar() {
  const { t } = useTranslation("job");
  const { job } = useJobSession();
  return (
    <header className={`${classes.top} ${bar.bar}`}>
      <Group gap={6} wrap="nowrap" className={bar.left}>
        <ActionButton action="leave">
          <IconArrowLeft size={18} stroke={1.6} />
        </ActionButton>
        <div className={bar.title}>
          <Anchor
            component={Link}
            to={`/tasks/${job.task_id}`}
            className={bar.task}
            title={job.task_name ?? undefined}
            c="inherit"
            underline="hover"
          >
            {job.task_name ?? t("top.task", { id: job.task_id })}
          </Anchor>
          <Text c="dimmed" span>
            /
          </Text>
          <Text span className={bar.job}>
            {t("top.job", { id: job.id })}
          </Text>
        </div>
        <Divider orientation="vertical" my={10} />
        <UndoRedo />
        <SaveIndicator />
      </Group>
      <Group gap={6} wrap="nowrap">
        <JobStateSelect />
        <Divider orientation="vertical" my={10} />
        <ActionButton action="help">
          <IconKeyboard size={18} stroke={1.6} />
        </ActionButton>
        <SettingsButton />
        <ActionButton action="fullscreen">
          <IconMaximize size={18} stroke={1.6} />
        </ActionButton>
        <JobMenu />
      </Group>
    </header>
  );
}

function UndoRedo() {
  const { editor } = useJobSession();
  useSignal(editor.revision);
  useSignal(editor.preview);
  return (
    <>
      <ActionButton action="undo">
        <IconArrowBackUp size={18} stroke={1.6} />
      </ActionButton>
      <ActionButton action="redo">
        <IconArrowForwardUp size={18} stroke={1.6} />
      </ActionButton>
    </>
  );
}
