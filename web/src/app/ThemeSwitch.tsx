import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { DesktopOutlined, MoonOutlined, SunOutlined } from "@/parts/icons";
import { type ThemeChoice, useTheme } from "./theme";

const ICONS = { system: <DesktopOutlined />, light: <SunOutlined />, dark: <MoonOutlined /> };
const CHOICES: ThemeChoice[] = ["system", "light", "dark"];

export function ThemeSwitch() {
  const { t } = useTranslation();
  const { choice, choose } = useTheme();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true,
        selectedKeys: [choice],
        items: CHOICES.map((key) => ({ key, icon: ICONS[key], label: t(`theme.${key}`) })),
        onClick: ({ key }) => choose(key as ThemeChoice),
      }}
    >
      <Button type="text" icon={ICONS[choice]} aria-label={t("theme.label")} aria-haspopup="menu" />
    </Dropdown>
  );
}
