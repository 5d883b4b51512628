import { Button, Group } from "@mantine/core";
import { IconPhoto, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { projectQuery, projectsKey, updateProject } from "../../api/projects";
import { cloudOf } from "../../api/storages";
import { tasksQuery } from "../../api/tasks";
import type { Project } from "../../api/types";
import { DetailList } from "../components/DetailList";
import { DetailPage, Section } from "../components/DetailPage";
import { EditableText } from "../components/EditableText";
import { ErrorState } from "../components/ErrorState";
import { LabelsPanel } from "../components/LabelsPanel";
import { ListPage } from "../components/list/ListPage";
import { useListing } from "../components/list/useListing";
import { PageHeader } from "../components/PageHeader";
import { PageSkeleton } from "../components/PageSkeleton";
import { RelativeTime } from "../components/RelativeTime";
import { StatusBadge } from "../components/StatusBadge";
import { UserSelect } from "../components/UserSelect";
import { DatasetActions } from "../datasets/DatasetActions";
import { useTaskColumns } from "../tasks/useTaskColumns";
import { useDeletion, useTrashTerm } from "../trash/useDeletion";

export function ProjectPage() {
  const id = Number(useParams().pid);
  const query = useQuery(projectQuery(id));
  if (query.error) return <ErrorState error={query.error} onRetry={query.refetch} />;
  if (!query.data) return <PageSkeleton />;
  return <LoadedProject project={query.data} />;
}

function LoadedProject({ project }: { project: Project }) {
  const { t } = useTranslation("projects");
  const { id, name } = project;
  const term = useTrashTerm();
  const remove = useDeletion({ kind: "project", number: id, name }, "/projects");

  return (
    <>
      <PageHeader
        title={name}
        trail={[{ label: t("title"), to: "/projects" }]}
        aside={<StatusBadge kind="status" value={project.status} />}
        actions={
          <DatasetActions
            target="project"
            id={id}
            dimension={project.dimension}
            storageId={cloudOf(project.target_storage)}
            deletion={{
              title: t("delete.title", { name }),
              text: `${t("delete.text", { count: project.tasks.count })} ${term}`,
              run: remove,
            }}
          />
        }
      />
      <DetailPage side={<ProjectDetails project={project} />}>
        <Section title={t("labels:title")}>
          <LabelsPanel parent={{ kind: "project", id }} />
        </Section>
        <ProjectTasks id={id} />
      </DetailPage>
    </>
  );
}

function ProjectTasks({ id }: { id: number }) {
  const { t } = useTranslation("tasks");
  const controls = useListing("-id");
  const { listing } = controls;
  const query = useQuery(tasksQuery({ ...listing, filters: { project_id: String(id) } }));
  const columns = useTaskColumns().filter(({ key }) => key !== "project");
  const createButton = (
    <Button
      component={Link}
      to={`/tasks/create?project=${id}`}
      variant="default"
      leftSection={<IconPlus size={15} />}
    >
      {t("create")}
    </Button>
  );
  return (
    <Section title={t("title")} bare aside={<Group>{createButton}</Group>}>
      <ListPage
        controls={controls}
        query={query}
        columns={columns}
        href={(task) => `/tasks/${task.id}`}
        countText={(count) => t("count", { count })}
        icon={<IconPhoto size={28} stroke={1.5} />}
        empty={{ title: t("empty"), text: t("emptyText") }}
      />
    </Section>
  );
}

function ProjectDetails({ project }: { project: Project }) {
  const { t } = useTranslation("projects");
  const queryClient = useQueryClient();
  const update = useMutation({
    mutationFn: (change: Parameters<typeof updateProject>[1]) => updateProject(project.id, change),
    onSettled: () => queryClient.invalidateQueries({ queryKey: projectsKey }),
  });
  return (
    <DetailList
      items={[
        { name: t("column.id"), value: project.id },
        {
          name: t("column.name"),
          value: (
            <EditableText
              value={project.name}
              maxLength={256}
              onSave={(name) => name && update.mutate({ name })}
            />
          ),
        },
        {
          name: t("common:assignee.label"),
          value: (
            <UserSelect
              value={project.assignee}
              onChange={(assignee_id) => update.mutate({ assignee_id })}
            />
          ),
        },
        { name: t("column.owner"), value: project.owner?.username ?? "" },
        { name: t("column.created"), value: <RelativeTime date={project.created_date} /> },
        { name: t("column.updated"), value: <RelativeTime date={project.updated_date} /> },
        {
          name: t("bugTracker"),
          value: (
            <EditableText
              value={project.bug_tracker}
              maxLength={2000}
              onSave={(bug_tracker) => update.mutate({ bug_tracker })}
            />
          ),
        },
      ]}
    />
  );
}
