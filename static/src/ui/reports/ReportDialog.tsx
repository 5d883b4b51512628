import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { BackgroundRequest } from "../../api/types";
import { WorkDialog } from "../components/WorkDialog";
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
    <WorkDialog opened={opened} onClose={onClose} title={title}>
      <RequestReport request={request} />
      <Group justify="flex-end" mt="md">
        <Button onClick={onClose} data-autofocus>
          {t("action.close")}
        </Button>
      </Group>
    </WorkDialog>
  );
}
