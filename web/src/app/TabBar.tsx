import { Drawer, Menu } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { MenuOutlined } from "@/parts/icons";
import { entryOf, useNavigation } from "./navigation";

const IN_THE_BAR = 4;

/** The phone's menu: the first pages at the thumb, all of them in a drawer. */
export function TabBar() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const entries = useNavigation();
  const [isOpen, setIsOpen] = useState(false);
  const current = entryOf(entries, pathname)?.path;
  return (
    <>
      <nav className="tab-bar" aria-label={t("shell.navigation")}>
        {entries.slice(0, IN_THE_BAR).map(({ path, word, icon }) => (
          <Link key={path} to={path} aria-current={path === current ? "page" : undefined}>
            {icon}
            {t(`nav.${word}`)}
          </Link>
        ))}
        <button type="button" aria-expanded={isOpen} onClick={() => setIsOpen(true)}>
          <MenuOutlined />
          {t("shell.more")}
        </button>
      </nav>
      <Drawer
        title={t("shell.navigation")}
        placement="bottom"
        size="70vh"
        open={isOpen}
        onClose={() => setIsOpen(false)}
        styles={{ body: { padding: 8 } }}
      >
        <Menu
          mode="inline"
          style={{ borderInlineEnd: 0 }}
          selectedKeys={[current ?? ""]}
          onClick={() => setIsOpen(false)}
          items={entries.map(({ path, word, icon }) => ({
            key: path,
            icon,
            label: <Link to={path}>{t(`nav.${word}`)}</Link>,
          }))}
        />
      </Drawer>
    </>
  );
}
