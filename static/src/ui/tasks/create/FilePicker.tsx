import { ActionIcon, Button, FileButton, Text, Tooltip } from "@mantine/core";
import {
  IconBox,
  IconCloudUpload,
  IconFile,
  IconFileTypePdf,
  IconFileZip,
  IconListDetails,
  IconMovie,
  IconPhoto,
  IconX,
} from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatBytes } from "../../../i18n/format";
import { droppedFiles } from "./droppedFiles";
import classes from "./FilePicker.module.css";
import { type FolderContent, folderFiles } from "./folderPaths";
import { LeftOut } from "./LeftOut";
import {
  ACCEPTED,
  isUnusable,
  type MediaKind,
  mediaKind,
  mediaProblem,
  withFiles,
} from "./mediaSelection";

interface Props {
  files: readonly File[];
  onChange: (files: File[]) => void;
  disabled?: boolean;
}

/** Makes a file dialog choose folders; React does not know the attribute. */
const FOLDERS: object = { webkitdirectory: "" };

/** More names than this are summed up: a list of thousands helps nobody. */
const SHOWN = 100;

export const MEDIA_ICONS: Record<MediaKind, typeof IconFile> = {
  image: IconPhoto,
  video: IconMovie,
  archive: IconFileZip,
  document: IconFileTypePdf,
  points: IconBox,
  manifest: IconListDetails,
  unknown: IconFile,
};

/** Chooses the media of a task, by dropping them or in a dialog; only lists them when disabled. */
export function FilePicker({ files, onChange, disabled }: Props) {
  const { t } = useTranslation("tasks");
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const problem = mediaProblem(files);

  function add(added: FolderContent) {
    setLeftOut([...new Set([...leftOut, ...added.leftOut])]);
    onChange(withFiles(files, added.files));
  }

  return (
    <div>
      {!disabled && <DropArea onFiles={add} />}
      {problem && (
        <Text c="red" mt={6} role="alert">
          {t(`media.problem.${problem.problem}`, { name: problem.name })}
        </Text>
      )}
      {problem && !disabled && <RemoveUnusable files={files} onChange={onChange} />}
      <LeftOut names={leftOut} />
      {files.length > 0 && (
        <FileList
          files={files}
          onChange={(kept) => {
            if (kept.length === 0) setLeftOut([]);
            onChange(kept);
          }}
          disabled={disabled}
        />
      )}
    </div>
  );
}

/** Takes out what nothing can be made of, all at once. */
function RemoveUnusable({ files, onChange }: Props) {
  const { t } = useTranslation("tasks");
  const count = files.filter(isUnusable).length;
  if (count === 0) return null;
  return (
    <Button
      variant="default"
      size="compact-sm"
      mt={6}
      onClick={() => onChange(files.filter((file) => !isUnusable(file)))}
    >
      {t("media.removeUnusable", { count })}
    </Button>
  );
}

function DropArea({ onFiles }: { onFiles: (added: FolderContent) => void }) {
  const { t } = useTranslation("tasks");
  const [over, setOver] = useState(false);

  async function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    onFiles(await droppedFiles(event.dataTransfer));
  }

  return (
    <section
      className={classes.drop}
      data-over={over || undefined}
      aria-label={t("media.drop")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconCloudUpload size={26} stroke={1.4} />
      <Text fw={500}>{t("media.drop")}</Text>
      <Text c="dimmed" fz={12}>
        {t("media.dropHint")}
      </Text>
      <div className={classes.choose}>
        <FileButton
          multiple
          accept={ACCEPTED}
          onChange={(files) => onFiles({ files, leftOut: [] })}
        >
          {(props) => (
            <Button {...props} variant="default">
              {t("media.choose")}
            </Button>
          )}
        </FileButton>
        <FileButton multiple inputProps={FOLDERS} onChange={(files) => onFiles(folderFiles(files))}>
          {(props) => (
            <Button {...props} variant="default">
              {t("media.chooseFolder")}
            </Button>
          )}
        </FileButton>
      </div>
    </section>
  );
}

function FileList({ files, onChange, disabled }: Props) {
  const { t, i18n } = useTranslation("tasks");
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return (
    <>
      <div className={classes.summary}>
        <Text c="dimmed" className="tabular">
          {t("media.chosen", {
            count: files.length,
            size: formatBytes(total, i18n.language),
          })}
        </Text>
        {!disabled && (
          <Button variant="subtle" size="compact-xs" onClick={() => onChange([])}>
            {t("media.clear")}
          </Button>
        )}
      </div>
      <ul className={classes.files}>
        {files.slice(0, SHOWN).map((file, index) => {
          const Icon = MEDIA_ICONS[mediaKind(file.name)];
          return (
            <li key={`${file.name}/${file.size}/${file.lastModified}`} className={classes.file}>
              <Icon size={15} stroke={1.5} />
              <Text truncate>{file.name}</Text>
              <Text c="dimmed" className="tabular">
                {formatBytes(file.size, i18n.language)}
              </Text>
              {!disabled && (
                <Tooltip label={t("media.remove", { name: file.name })}>
                  <ActionIcon
                    size={24}
                    aria-label={t("media.remove", { name: file.name })}
                    onClick={() => onChange(files.toSpliced(index, 1))}
                  >
                    <IconX size={13} />
                  </ActionIcon>
                </Tooltip>
              )}
            </li>
          );
        })}
      </ul>
      {files.length > SHOWN && (
        <Text c="dimmed" mt={4}>
          {t("media.more", { count: files.length - SHOWN })}
        </Text>
      )}
    </>
  );
}
