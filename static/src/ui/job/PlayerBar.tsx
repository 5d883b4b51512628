import { Group, NumberInput, Select, Text, Tooltip } from "@mantine/core";
import {
  IconChevronLeft,
  IconChevronRight,
  IconChevronsLeft,
  IconChevronsRight,
  IconPhotoMinus,
  IconPhotoUp,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "./ActionButton";
import classes from "./JobPage.module.css";
import { useJobSession } from "./jobContext";
import player from "./PlayerBar.module.css";
import { useSettings } from "./panels";
import { Scrubber } from "./Scrubber";
import { useSignal } from "./useSignal";

const RATES = [1, 2, 5, 10, 15, 24, 25, 30, 50, 60];

export function PlayerBar() {
  const { editor, job } = useJobSession();
  const isSingle = editor.range.start === editor.range.stop;
  return (
    <footer className={`${classes.player} ${player.bar}`}>
      {!isSingle && <Transport />}
      {!isSingle && <Scrubber />}
      <RemoveFrameButton />
      {!isSingle && <FrameNumber />}
      <FrameName />
      {!isSingle && job.mode === "interpolation" && <RateSelect />}
    </footer>
  );
}

function Transport() {
  const session = useJobSession();
  const playing = useSignal(session.playback.playing);
  return (
    <Group gap={0} wrap="nowrap">
      <ActionButton action="firstFrame" position="top">
        <IconPlayerSkipBack size={16} stroke={1.6} />
      </ActionButton>
      <ActionButton action="backward" position="top">
        <IconChevronsLeft size={17} stroke={1.6} />
      </ActionButton>
      <ActionButton action="previousFrame" position="top">
        <IconChevronLeft size={17} stroke={1.6} />
      </ActionButton>
      <ActionButton action="play" position="top">
        {playing ? (
          <IconPlayerPause size={18} stroke={1.6} />
        ) : (
          <IconPlayerPlay size={18} stroke={1.6} />
        )}
      </ActionButton>
      <ActionButton action="nextFrame" position="top">
        <IconChevronRight size={17} stroke={1.6} />
      </ActionButton>
      <ActionButton action="forward" position="top">
        <IconChevronsRight size={17} stroke={1.6} />
      </ActionButton>
      <ActionButton action="lastFrame" position="top">
        <IconPlayerSkipForward size={16} stroke={1.6} />
      </ActionButton>
    </Group>
  );
}

function RemoveFrameButton() {
  const { target, removed } = useJobSession();
  const frame = useSignal(target);
  const isRemoved = useSignal(removed.numbers).has(frame);
  return (
    <ActionButton action="removeFrame" position="top" active={isRemoved}>
      {isRemoved ? (
        <IconPhotoUp size={16} stroke={1.6} />
      ) : (
        <IconPhotoMinus size={16} stroke={1.6} />
      )}
    </ActionButton>
  );
}

function FrameNumber() {
  const { t } = useTranslation("job");
  const session = useJobSession();
  const target = useSignal(session.target);
  const { start, stop } = session.editor.range;
  const [typed, setTyped] = useState<string | number>(target);
  useEffect(() => setTyped(target), [target]);
  const go = () => {
    const frame = Number(typed);
    if (typed !== "" && Number.isInteger(frame)) void session.goTo(frame);
    else setTyped(target);
  };
  return (
    <Group gap={6} wrap="nowrap">
      <Tooltip label={t("player.frame")} position="top">
        <NumberInput
          aria-label={t("player.frame")}
          w={68}
          hideControls
          min={start}
          max={stop}
          allowDecimal={false}
          value={typed}
          onChange={setTyped}
          onBlur={go}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
          }}
        />
      </Tooltip>
      <Text span c="dimmed" className={player.total}>
        / {stop}
      </Text>
    </Group>
  );
}

function FrameName() {
  const session = useJobSession();
  const target = useSignal(session.target);
  const name = session.fileName(target);
  return (
    <Text span c="dimmed" className={player.name} title={name}>
      {name}
    </Text>
  );
}

function RateSelect() {
  const { t } = useTranslation("job");
  const { rate, change } = useSettings();
  return (
    <Tooltip label={t("player.rate")} position="top">
      <Select
        aria-label={t("player.rate")}
        w={92}
        value={String(rate)}
        data={RATES.map((value) => ({
          value: String(value),
          label: t("player.perSecond", { count: value }),
        }))}
        onChange={(value) => value && change({ rate: Number(value) })}
      />
    </Tooltip>
  );
}
