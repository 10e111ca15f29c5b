/** Where each page lives. A page is fetched when it is first visited. */
import type { ComponentType } from "react";
import { createBrowserRouter, type RouteObject } from "react-router";
import { Loading } from "@/parts/Loading";
import { Failed } from "./Failed";
import { Shell } from "./Shell";
import { RequireSession } from "./session";

type Page = () => Promise<{ default: ComponentType }>;

function at(path: string, page: Page): RouteObject {
  const lazy = async () => ({ Component: (await page()).default });
  return { ...(path === "/" ? { index: true } : { path }), lazy, errorElement: <Failed /> };
}

export const router = createBrowserRouter([
  {
    errorElement: <Failed />,
    hydrateFallbackElement: <Loading rows={8} />,
    children: [
      at("/login", () => import("@/pages/login/LoginPage")),
      {
        element: <RequireSession />,
        children: [
          at("/wall", () => import("@/pages/wall/WallPage")),
          {
            element: <Shell />,
            children: [
              at("/", () => import("@/pages/board/BoardPage")),
              at("/work", () => import("@/pages/work/WorkPage")),
              at("/orders", () => import("@/pages/orders/OrdersPage")),
              at("/orders/:orderId", () => import("@/pages/order/OrderPage")),
              at("/new-order", () => import("@/pages/neworder/NewOrderPage")),
              at("/imports", () => import("@/pages/imports/ImportsPage")),
              at("/quarantine", () => import("@/pages/quarantine/QuarantinePage")),
              at("/rules", () => import("@/pages/rules/RulesPage")),
              at("/rules/:version", () => import("@/pages/rulesVersion/RulesVersionPage")),
              at("/people", () => import("@/pages/people/PeoplePage")),
              at("/calendars", () => import("@/pages/calendars/CalendarsPage")),
              at("/channels", () => import("@/pages/channels/ChannelsPage")),
              at("/messages", () => import("@/pages/messages/MessagesPage")),
              at("/audit", () => import("@/pages/audit/AuditPage")),
              at("*", () => import("@/pages/notfound/NotFoundPage")),
            ],
          },
        ],
      },
    ],
  },
]);
