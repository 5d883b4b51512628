import { Button } from "@mantine/core";
import { IconPhoto, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { tasksQuery } from "../../api/tasks";
import { RestoreButton } from "../backups/RestoreButton";
import { ListPage } from "../components/list/ListPage";
import { useListing } from "../components/list/useListing";
import { PageHeader } from "../components/PageHeader";
import { ShortcutTooltip } from "../components/ShortcutTooltip";
import { useShortcuts } from "../components/useShortcuts";
import { useTaskColumns } from "./useTaskColumns";

const STATUSES = ["annotation", "validation", "completed"] as const;
const MODES = ["annotation", "interpolation"] as const;

export function TasksPage() {
  const { t } = useTranslation("tasks");
  const navigate = useNavigate();
  const controls = useListing("-id", ["status", "mode"]);
  const query = useQuery(tasksQuery(controls.listing));
  useShortcuts([["c", () => navigate("/tasks/create")]]);

  const createButton = (
    <ShortcutTooltip label={t("create")} keys="C">
      <Button component={Link} to="/tasks/create" leftSection={<IconPlus size={15} />}>
        {t("create")}
      </Button>
    </ShortcutTooltip>
  );
  return (
    <>
      <PageHeader
        title={t("title")}
        actions={
          <>
            <RestoreButton target="task" />
            {createButton}
          </>
        }
      />
      <ListPage
        controls={controls}
        query={query}
        columns={useTaskColumns()}
        filters={[
          {
            name: "status",
            anyLabel: t("anyStatus"),
            options: STATUSES.map((value) => ({ value, label: t(`common:status.${value}`) })),
          },
          {
            name: "mode",
            anyLabel: t("anyMode"),
            options: MODES.map((value) => ({ value, label: t(`mode.${value}`) })),
          },
        ]}
        href={({ id }) => `/tasks/${id}`}
        countText={(count) => t("count", { count })}
        icon={<IconPhoto size={28} stroke={1.5} />}
        empty={{ title: t("empty"), text: t("emptyText"), action: createButton }}
      />
    </>
  );
}
