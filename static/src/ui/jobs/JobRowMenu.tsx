import { ActionIcon, Group, Menu } from "@mantine/core";
import { IconChartBar, IconDotsVertical, IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Job } from "../../api/types";
import { jobPath } from "./jobPath";

/** What there is of a job beside its editor. */
export function JobRowMenu({ job }: { job: Job }) {
  const { t } = useTranslation("jobs");
  const path = jobPath(job);
  return (
    <Group justify="flex-end">
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={26} aria-label={t("rowActions", { id: job.id })}>
            <IconDotsVertical size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component={Link}
            to={`${path}/statistics`}
            leftSection={<IconChartBar size={15} />}
          >
            {t("statistics:title")}
          </Menu.Item>
          <Menu.Item
            component={Link}
            to={`${path}/history`}
            leftSection={<IconHistory size={15} />}
          >
            {t("taskHistory:title")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
