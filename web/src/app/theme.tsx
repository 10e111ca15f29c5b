/** Light, dark or as the system has it; see base.css for the same colours outside of antd. */
import { ConfigProvider, type ThemeConfig } from "antd";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { darkTheme, lightTheme } from "./palette";

export type ThemeChoice = "system" | "light" | "dark";

interface Theme {
  choice: ThemeChoice;
  isDark: boolean;
  config: ThemeConfig;
  choose(choice: ThemeChoice): void;
}

// public/theme.js reads it too.
const STORED = "orderflow.theme";

const Current = createContext<Theme | null>(null);

function stored(): ThemeChoice {
  const choice = localStorage.getItem(STORED);
  return choice === "light" || choice === "dark" ? choice : "system";
}

function useSystemPrefers(feature: string): boolean {
  const media = `(prefers-${feature})`;
  const [isSo, setIsSo] = useState(() => matchMedia(media).matches);
  useEffect(() => {
    const query = matchMedia(media);
    const listen = () => setIsSo(query.matches);
    query.addEventListener("change", listen);
    return () => query.removeEventListener("change", listen);
  }, [media]);
  return isSo;
}

/** Without motion a component does not wait for the end of an animation that nobody sees. */
function configOf(isDark: boolean, isStill: boolean): ThemeConfig {
  const config = isDark ? darkTheme() : lightTheme();
  return isStill ? { ...config, token: { ...config.token, motion: false } } : config;
}

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(stored);
  const systemIsDark = useSystemPrefers("color-scheme: dark");
  const isStill = useSystemPrefers("reduced-motion: reduce");
  const isDark = choice === "system" ? systemIsDark : choice === "dark";

  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
  }, [isDark]);

  const value = useMemo<Theme>(
    () => ({
      choice,
      isDark,
      config: configOf(isDark, isStill),
      choose(next) {
        localStorage.setItem(STORED, next);
        setChoice(next);
      },
    }),
    [choice, isDark, isStill],
  );
  return <Current value={value}>{children}</Current>;
}

/** What is below is dark whatever was chosen, and so is the ground around it. */
export function AlwaysDark({ children }: { children: ReactNode }) {
  const { choice, choose, isDark } = useTheme();
  const value = useMemo<Theme>(
    () => ({ choice, choose, isDark: true, config: darkTheme() }),
    [choice, choose],
  );
  useEffect(() => {
    const { dataset } = document.documentElement;
    dataset.theme = "dark";
    return () => {
      dataset.theme = isDark ? "dark" : "light";
    };
  }, [isDark]);
  return (
    <Current value={value}>
      <ConfigProvider theme={value.config}>{children}</ConfigProvider>
    </Current>
  );
}

export function useTheme(): Theme {
  const current = useContext(Current);
  if (!current) throw new Error("useTheme outside of ThemeProvider");
  return current;
}
