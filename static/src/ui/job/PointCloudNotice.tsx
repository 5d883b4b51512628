import { Button } from "@mantine/core";
import { IconBox } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EmptyState } from "../components/EmptyState";
import classes from "./JobPage.module.css";

/** In place of the editor, which draws on pictures only. */
export function PointCloudNotice({ taskId }: { readonly taskId: number }) {
  const { t } = useTranslation("job");
  return (
    <div className={classes.failed}>
      <EmptyState
        icon={<IconBox size={28} stroke={1.5} />}
        title={t("points.title")}
        text={t("points.text")}
        action={
          <Button component={Link} to={`/tasks/${taskId}`} variant="default">
            {t("actions.leave")}
          </Button>
        }
      />
    </div>
  );
}
