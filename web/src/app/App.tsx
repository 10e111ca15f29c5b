import { QueryClientProvider } from "@tanstack/react-query";
import { App as AntdApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { queryClient } from "@/api/query";
import { ICONS_OF_ANTD } from "@/parts/icons";
import { router } from "./routes";
import { SessionProvider } from "./session";
import { ThemeProvider, useTheme } from "./theme";

function Configured() {
  const { i18n } = useTranslation();
  const { config } = useTheme();
  const isChinese = i18n.resolvedLanguage === "zh";
  dayjs.locale(isChinese ? "zh-cn" : "en");
  return (
    <ConfigProvider
      locale={isChinese ? zhCN : enUS}
      theme={config}
      {...ICONS_OF_ANTD}
      button={{ ...ICONS_OF_ANTD.button, autoInsertSpace: false }}
    >
      <AntdApp component={false}>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
      </AntdApp>
    </ConfigProvider>
  );
}

/** Everything a page may count on: the cache, words, theme, session and routes. */
export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <ThemeProvider>
        <Configured />
      </ThemeProvider>
    </QueryClientProvider>
  );
}
