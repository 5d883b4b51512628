import { Avatar, Menu, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconLogout, IconSelector } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { signOut } from "../../api/session";
import { LanguageChoice, ThemeChoice } from "./Preferences";
import classes from "./UserMenu.module.css";
import { useSession } from "./useSession";

const PasswordDialog = lazy(async () => ({
  default: (await import("../auth/PasswordDialog")).PasswordDialog,
}));

export function UserMenu() {
  const { t } = useTranslation();
  const user = useSession();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [changingPassword, password] = useDisclosure();

  async function leave() {
    await signOut();
    await navigate("/sign-in");
    queryClient.clear();
  }

  const name = [user.first_name, user.last_name].filter(Boolean).join(" ") || user.username;
  return (
    <>
      <Menu position="top-start" width={230}>
        <Menu.Target>
          <UnstyledButton className={classes.user} aria-label={t("nav.user", { name })}>
            <Avatar size={24} name={name} color="initials" />
            <Text truncate fw={500}>
              {name}
            </Text>
            <IconSelector size={15} color="var(--mantine-color-dimmed)" />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <ThemeChoice />
          <LanguageChoice />
          <Menu.Divider />
          <Menu.Item leftSection={<IconKey size={15} />} onClick={password.open}>
            {t("nav.password")}
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={15} />} onClick={leave}>
            {t("nav.signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>{changingPassword && <PasswordDialog opened onClose={password.close} />}</Suspense>
    </>
  );
}
