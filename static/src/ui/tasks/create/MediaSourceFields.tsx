import { Input, SegmentedControl, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CloudSource } from "./CloudSource";
import { FilePicker } from "./FilePicker";
import { LinksField } from "./LinksField";
import { type MediaSource, SOURCE_KINDS, type SourceKind } from "./mediaSource";
import { ShareSource } from "./ShareSource";

interface Props {
  source: MediaSource;
  onChange: (source: MediaSource) => void;
  disabled?: boolean;
  /** A heading above says already what is chosen. */
  unlabelled?: boolean;
}

/** Chooses where the media of a task come from, and which. */
export function MediaSourceFields({ source, onChange, disabled, unlabelled }: Props) {
  const { t } = useTranslation("tasks");
  const set = (change: Partial<MediaSource>) => onChange({ ...source, ...change });
  return (
    <div>
      {!unlabelled && <Input.Label mb={4}>{t("media.title")}</Input.Label>}
      <SegmentedControl
        fullWidth
        mb={10}
        aria-label={t("source.label")}
        data={SOURCE_KINDS.map((value) => ({ value, label: t(`source.${value}`) }))}
        value={source.kind}
        onChange={(kind) => set({ kind: kind as SourceKind })}
        disabled={disabled}
      />
      <Chooser source={source} set={set} disabled={disabled} />
      {(source.kind === "share" || (source.kind === "cloud" && source.storageId !== null)) && (
        <Switch
          mt={10}
          label={t("source.copy")}
          description={t("source.copyHint")}
          checked={source.copy}
          disabled={disabled}
          onChange={({ currentTarget: { checked } }) => set({ copy: checked })}
        />
      )}
    </div>
  );
}

interface ChooserProps {
  source: MediaSource;
  set: (change: Partial<MediaSource>) => void;
  disabled?: boolean;
}

function Chooser({ source, set, disabled }: ChooserProps) {
  switch (source.kind) {
    case "files":
      return (
        <FilePicker files={source.files} onChange={(files) => set({ files })} disabled={disabled} />
      );
    case "share":
      return <ShareSource chosen={source.share} onChange={(share) => set({ share })} />;
    case "links":
      return <LinksField text={source.links} onChange={(links) => set({ links })} />;
    case "cloud":
      return <CloudSource source={source} onChange={set} />;
  }
}
