import { Layout, Menu } from "antd";
import { Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation } from "react-router";
import { BehindNotice } from "@/live/BehindNotice";
import { LiveProvider } from "@/live/LiveProvider";
import { Loading } from "@/parts/Loading";
import { useIsPhone } from "@/parts/useIsPhone";
import { Header } from "./Header";
import { entryOf, useNavigation } from "./navigation";
import { TabBar } from "./TabBar";

function Brand() {
  return (
    <Link to="/" className="shell-brand">
      <img src="/favicon.svg" alt="" />
      orderflow
    </Link>
  );
}

function Sider() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const entries = useNavigation();
  return (
    <Layout.Sider width={208} theme="light" className="shell-sider">
      <Brand />
      <nav aria-label={t("shell.navigation")}>
        <Menu
          mode="inline"
          style={{ borderInlineEnd: 0, background: "transparent" }}
          selectedKeys={[entryOf(entries, pathname)?.path ?? ""]}
          items={entries.map(({ path, word, icon }) => ({
            key: path,
            icon,
            label: <Link to={path}>{t(`nav.${word}`)}</Link>,
          }))}
        />
      </nav>
    </Layout.Sider>
  );
}

function SkipLink() {
  const { t } = useTranslation();
  return (
    <a className="skip-link" href="#main">
      {t("shell.skip")}
    </a>
  );
}

/** The frame of every page but the sign-in page and the wall. */
export function Shell() {
  const isPhone = useIsPhone();
  const { pathname } = useLocation();
  useEffect(() => {
    if (pathname) window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <LiveProvider>
      <SkipLink />
      <Layout hasSider={!isPhone} className="shell">
        {!isPhone && <Sider />}
        <Layout>
          <Header brand={isPhone ? <Brand /> : null} />
          <main id="main" tabIndex={-1} className="shell-main">
            <Suspense fallback={<Loading rows={8} />}>
              <Outlet />
            </Suspense>
          </main>
        </Layout>
        {isPhone && <TabBar />}
        <BehindNotice />
      </Layout>
    </LiveProvider>
  );
}
