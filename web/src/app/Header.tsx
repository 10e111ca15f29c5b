import { Layout } from "antd";
import type { ReactNode } from "react";
import { LiveState } from "@/live/LiveState";
import { LanguageSwitch } from "./LanguageSwitch";
import { ThemeSwitch } from "./ThemeSwitch";
import { UserMenu } from "./UserMenu";

export function Header({ brand }: { brand: ReactNode }) {
  return (
    <Layout.Header className="shell-header">
      {brand}
      <span className="push">
        <LiveState />
      </span>
      <LanguageSwitch />
      <ThemeSwitch />
      <UserMenu />
    </Layout.Header>
  );
}
