import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFolders, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { projectsQuery } from "../../api/projects";
import type { Project } from "../../api/types";
import { RestoreButton } from "../backups/RestoreButton";
import listClasses from "../components/list/List.module.css";
import { ListPage } from "../components/list/ListPage";
import type { Column } from "../components/list/ListTable";
import { useListing } from "../components/list/useListing";
import { PageHeader } from "../components/PageHeader";
import { RelativeTime } from "../components/RelativeTime";
import { ShortcutTooltip } from "../components/ShortcutTooltip";
import { StatusBadge } from "../components/StatusBadge";
import { useShortcuts } from "../components/useShortcuts";
import { CreateProjectDialog } from "./CreateProjectDialog";

export function ProjectsPage() {
  const { t } = useTranslation("projects");
  const controls = useListing("-id", ["status"]);
  const query = useQuery(projectsQuery(controls.listing));
  const [creating, create] = useDisclosure();
  useShortcuts([["c", create.open]]);

  const createButton = (
    <ShortcutTooltip label={t("create")} keys="C">
      <Button leftSection={<IconPlus size={15} />} onClick={create.open}>
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
            <RestoreButton target="project" />
            {createButton}
          </>
        }
      />
      <ListPage
        controls={controls}
        query={query}
        columns={useColumns()}
        filters={[
          {
            name: "status",
            anyLabel: t("anyStatus"),
            options: ["annotation", "completed"].map((value) => ({
              value,
              label: t(`common:status.${value}`),
            })),
          },
        ]}
        href={({ id }) => `/projects/${id}`}
        countText={(count) => t("count", { count })}
        icon={<IconFolders size={28} stroke={1.5} />}
        empty={{ title: t("empty"), text: t("emptyText"), action: createButton }}
      />
      <CreateProjectDialog opened={creating} onClose={create.close} />
    </>
  );
}

function useColumns(): Column<Project>[] {
  const { t } = useTranslation("projects");
  return [
    {
      key: "name",
      header: t("column.name"),
      sort: "name",
      render: ({ id, name }) => (
        <span className={listClasses.main}>
          <Link to={`/projects/${id}`}>{name}</Link>
        </span>
      ),
    },
    {
      key: "status",
      header: t("column.status"),
      width: 130,
      sort: "status",
      render: ({ status }) => <StatusBadge kind="status" value={status} />,
    },
    {
      key: "tasks",
      header: t("column.tasks"),
      width: 90,
      render: ({ tasks }) => tasks.count,
    },
    {
      key: "owner",
      header: t("column.owner"),
      width: 150,
      render: ({ owner }) => owner?.username ?? "",
    },
    {
      key: "updated",
      header: t("column.updated"),
      width: 160,
      sort: "updated_date",
      render: ({ updated_date }) => <RelativeTime date={updated_date} />,
    },
  ];
}
