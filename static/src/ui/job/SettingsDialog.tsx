import { Button, Group, Modal, Slider, Stack, Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { EditorSettings } from "./panels";
import { DEFAULT_SETTINGS, usePanels, useSettings } from "./panels";

type Percent = "fill" | "brightness" | "contrast" | "saturation";

const SLIDERS: readonly { readonly name: Percent; readonly min: number; readonly max: number }[] = [
  { name: "brightness", min: 50, max: 250 },
  { name: "contrast", min: 50, max: 250 },
  { name: "saturation", min: 0, max: 300 },
  { name: "fill", min: 0, max: 60 },
];

export function SettingsDialog() {
  const { t } = useTranslation("job");
  const { dialog, close } = usePanels();
  const settings = useSettings();
  const toggle = (name: keyof EditorSettings & ("crosshair" | "continuous")) => (
    <Switch
      key={name}
      label={t(`settings.${name}`)}
      checked={settings[name]}
      onChange={(event) => settings.change({ [name]: event.currentTarget.checked })}
    />
  );
  return (
    <Modal opened={dialog === "settings"} onClose={close} size={420} title={t("settings.title")}>
      <Stack gap="md">
        {SLIDERS.map(({ name, min, max }) => (
          <div key={name}>
            <Group justify="space-between" mb={6}>
              <Text>{t(`settings.${name}`)}</Text>
              <Text c="dimmed" className="tabular">
                {settings[name]}%
              </Text>
            </Group>
            <Slider
              size="sm"
              label={null}
              thumbLabel={t(`settings.${name}`)}
              min={min}
              max={max}
              value={settings[name]}
              onChange={(value) => settings.change({ [name]: value })}
            />
          </div>
        ))}
        {toggle("crosshair")}
        {toggle("continuous")}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => settings.change(DEFAULT_SETTINGS)}>
            {t("settings.reset")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
