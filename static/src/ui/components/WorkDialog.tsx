import { Modal } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}

/** Lower on a large screen, as high as needed on a small one. */
const FROM_TOP = "max(5vh, 20vh - 100px)";

/**
 * A dialog of work that goes from choices over progress to a report. Its top edge stays in place
 * while its content grows and shrinks, so that nothing jumps under the pointer.
 */
export function WorkDialog({ opened, onClose, title, children }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={560}
      centered={false}
      yOffset={FROM_TOP}
    >
      {children}
    </Modal>
  );
}
