/** The pages in the order of the menu, and the permission without which one is not shown. */

import type { ReactNode } from "react";
import {
  AuditOutlined,
  BellOutlined,
  CalendarOutlined,
  CheckSquareOutlined,
  CloudSyncOutlined,
  DashboardOutlined,
  FileAddOutlined,
  ImportOutlined,
  PartitionOutlined,
  TeamOutlined,
  UnorderedListOutlined,
  WarningOutlined,
} from "@/parts/icons";
import type { PermissionCode } from "./permissions";
import { useSession } from "./session";

export interface Entry {
  path: string;
  word: keyof typeof import("@/i18n/en/common.json")["nav"];
  icon: ReactNode;
  permission?: PermissionCode;
}

const ENTRIES: Entry[] = [
  { path: "/", word: "board", icon: <DashboardOutlined />, permission: "orders.read" },
  { path: "/work", word: "work", icon: <CheckSquareOutlined /> },
  { path: "/orders", word: "orders", icon: <UnorderedListOutlined />, permission: "orders.read" },
  { path: "/new-order", word: "neworder", icon: <FileAddOutlined />, permission: "orders.create" },
  { path: "/imports", word: "imports", icon: <ImportOutlined />, permission: "orders.import" },
  {
    path: "/quarantine",
    word: "quarantine",
    icon: <WarningOutlined />,
    permission: "quarantine.read",
  },
  { path: "/rules", word: "rules", icon: <PartitionOutlined />, permission: "rules.read" },
  { path: "/people", word: "people", icon: <TeamOutlined />, permission: "people.read" },
  { path: "/calendars", word: "calendars", icon: <CalendarOutlined />, permission: "people.read" },
  { path: "/channels", word: "channels", icon: <CloudSyncOutlined />, permission: "channels.read" },
  { path: "/messages", word: "messages", icon: <BellOutlined /> },
  { path: "/audit", word: "audit", icon: <AuditOutlined />, permission: "audit.read" },
];

export function useNavigation(): Entry[] {
  const { can } = useSession();
  return ENTRIES.filter((entry) => !entry.permission || can(entry.permission));
}

/** The entry that a path belongs to: `/orders/123` to `/orders`. */
export function entryOf(entries: readonly Entry[], pathname: string): Entry | undefined {
  return entries.find(({ path }) =>
    path === "/" ? pathname === "/" : pathname === path || pathname.startsWith(`${path}/`),
  );
}
