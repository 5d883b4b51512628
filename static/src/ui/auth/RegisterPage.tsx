import { Alert, Button, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiError } from "../../api/errors";
import { type Registration, register, sessionQuery, signIn } from "../../api/session";
import { errorText } from "../components/errorText";
import { AuthLayout } from "./AuthLayout";
import classes from "./AuthLayout.module.css";
import { returnPath } from "./returnPath";

const EMPTY: Registration = {
  username: "",
  email: "",
  first_name: "",
  last_name: "",
  password1: "",
  password2: "",
};

export function RegisterPage() {
  const { t } = useTranslation("auth");
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: EMPTY,
    validate: {
      username: (value) => (/^[\w.@+-]{5,150}$/.test(value) ? null : t("register.usernameRule")),
      email: (value) => (/^\S+@\S+$/.test(value) ? null : t("register.emailRule")),
      password1: (value) => (value.length >= 8 ? null : t("register.passwordRule")),
      password2: (value, values) => (value === values.password1 ? null : t("passwordsDiffer")),
    },
    validateInputOnBlur: true,
  });
  const entry = useMutation({
    mutationFn: async (values: Registration) => {
      await register(values);
      await signIn(values.username, values.password1);
      // Nothing that another account saw may be shown to this one.
      queryClient.clear();
      await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate(returnPath(search.get("next")), { replace: true });
    },
    onError: (error) => {
      if (error instanceof ApiError) form.setErrors(error.fields);
    },
  });
  const unplaced = entry.error && Object.keys(form.errors).length === 0;
  return (
    <AuthLayout title={t("register.title")}>
      <form onSubmit={form.onSubmit((values) => entry.mutate(values))} noValidate>
        <Stack gap="sm">
          {unplaced && (
            <Alert color="red" variant="light" p="xs" role="alert">
              {errorText(entry.error, t)}
            </Alert>
          )}
          <TextInput
            label={t("field.username")}
            autoComplete="username"
            autoFocus
            required
            {...form.getInputProps("username")}
          />
          <TextInput
            label={t("field.email")}
            type="email"
            autoComplete="email"
            required
            {...form.getInputProps("email")}
          />
          <Group grow align="start" gap="sm">
            <TextInput
              label={t("field.firstName")}
              autoComplete="given-name"
              {...form.getInputProps("first_name")}
            />
            <TextInput
              label={t("field.lastName")}
              autoComplete="family-name"
              {...form.getInputProps("last_name")}
            />
          </Group>
          <PasswordInput
            label={t("field.password")}
            autoComplete="new-password"
            required
            {...form.getInputProps("password1")}
          />
          <PasswordInput
            label={t("field.passwordAgain")}
            autoComplete="new-password"
            required
            {...form.getInputProps("password2")}
          />
          <Button type="submit" mt="xs" fullWidth loading={entry.isPending}>
            {t("register.submit")}
          </Button>
          <Text c="dimmed" ta="center">
            {t("register.haveAccount")}{" "}
            <Link to={{ pathname: "/sign-in", search: search.toString() }} className={classes.link}>
              {t("register.signIn")}
            </Link>
          </Text>
        </Stack>
      </form>
    </AuthLayout>
  );
}
