import { Button, Group, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { BackgroundRequest } from "../../api/types";
import { RequestReport } from "./RequestReport";

interface Props {
  request: BackgroundRequest;
  /** What was done to what. */
  title: string;
  opened: boolean;
  onClose: () => void;
}

/** The report of a request that is over. */
export function ReportDialog({ request, title, opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={560}>
      <RequestReport request={request} />
      <Group justify="flex-end" mt="md">
        <Button onClick={onClose} data-autofocus>
          {t("action.close")}
        </Button>
      </Group>
    </Modal>
  );
}
