import { Alert, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiError } from "../../api/errors";
import { sessionQuery, signIn } from "../../api/session";
import { errorText } from "../components/errorText";
import { AuthLayout } from "./AuthLayout";
import classes from "./AuthLayout.module.css";
import { returnPath } from "./returnPath";

/** Both fields were filled in, so a bad request can only mean that they do not belong together. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status === 400;
}

export function SignInPage() {
  const { t } = useTranslation("auth");
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { username: "", password: "" },
    validate: {
      username: (value) => (value.trim() ? null : t("required")),
      password: (value) => (value ? null : t("required")),
    },
  });
  const entry = useMutation({
    mutationFn: async ({ username, password }: typeof form.values) => {
      await signIn(username.trim(), password);
      // Nothing that another account saw may be shown to this one.
      queryClient.clear();
      await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate(returnPath(search.get("next")), { replace: true });
    },
  });
  return (
    <AuthLayout title={t("signIn.title")}>
      <form onSubmit={form.onSubmit((values) => entry.mutate(values))} noValidate>
        <Stack gap="sm">
          {entry.error && (
            <Alert color="red" variant="light" p="xs" role="alert">
              {isRefusal(entry.error) ? t("signIn.refused") : errorText(entry.error, t)}
            </Alert>
          )}
          <TextInput
            label={t("field.username")}
            autoComplete="username"
            autoFocus
            {...form.getInputProps("username")}
          />
          <PasswordInput
            label={t("field.password")}
            autoComplete="current-password"
            {...form.getInputProps("password")}
          />
          <Button type="submit" mt="xs" fullWidth loading={entry.isPending}>
            {t("signIn.submit")}
          </Button>
          <Text c="dimmed" ta="center">
            {t("signIn.noAccount")}{" "}
            <Link
              to={{ pathname: "/register", search: search.toString() }}
              className={classes.link}
            >
              {t("signIn.register")}
            </Link>
          </Text>
        </Stack>
      </form>
    </AuthLayout>
  );
}
