/** The colours and sizes of antd's components. Text on its ground keeps a contrast of 4.5 or more. */
import { type MappingAlgorithm, type ThemeConfig, theme } from "antd";

export const FONTS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", ' +
  '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", sans-serif';

const SHARED: NonNullable<ThemeConfig["token"]> = {
  fontFamily: FONTS,
  fontSize: 14,
  borderRadius: 6,
  controlHeight: 34,
  wireframe: false,
};

const COMPONENTS: NonNullable<ThemeConfig["components"]> = {
  Table: {
    cellPaddingBlock: 10,
    cellPaddingInline: 12,
    cellPaddingBlockMD: 7,
    cellPaddingBlockSM: 5,
  },
  Card: { bodyPadding: 16, headerHeight: 44, headerFontSize: 15 },
  Menu: {
    itemHeight: 38,
    itemMarginInline: 8,
    itemBorderRadius: 6,
    activeBarBorderWidth: 0,
    itemBg: "transparent",
    subMenuItemBg: "transparent",
  },
};

// antd would derive greyer grounds for what is chosen.
const light: MappingAlgorithm = (seed) => ({
  ...theme.defaultAlgorithm(seed),
  colorPrimaryBg: "#e3f1ef",
  colorPrimaryBgHover: "#cfe7e3",
  colorPrimaryBorder: "#9accc5",
  colorPrimaryHover: "#12857c",
  colorSuccessBg: "#e8f3ea",
  colorSuccessBorder: "#a9d2b0",
  colorInfoBg: "#e7f0f8",
  colorInfoBorder: "#a9c8e4",
  colorWarningBg: "#fbf1e3",
  colorWarningBorder: "#e3bd8a",
  colorErrorBg: "#fbeae9",
  colorErrorBorder: "#e8a9a5",
});

export function lightTheme(): ThemeConfig {
  return {
    algorithm: light,
    token: {
      ...SHARED,
      colorPrimary: "#0f766e",
      colorLink: "#0b6b64",
      colorInfo: "#1f5f99",
      colorSuccess: "#2a7a37",
      colorWarning: "#a1540a",
      colorError: "#c0322b",
      colorTextBase: "#15211f",
      colorBgLayout: "#f4f6f5",
      colorTextTertiary: "rgba(21, 33, 31, 0.68)",
      colorTextQuaternary: "rgba(21, 33, 31, 0.62)",
      colorTextPlaceholder: "rgba(21, 33, 31, 0.62)",
      colorTextDescription: "rgba(21, 33, 31, 0.68)",
    },
    components: {
      ...COMPONENTS,
      Layout: { headerBg: "#ffffff", lightSiderBg: "#ffffff", bodyBg: "#f4f6f5" },
    },
  };
}

// antd would derive darker shades for a dark ground, too dark for text.
const dark: MappingAlgorithm = (seed) => ({
  ...theme.darkAlgorithm(seed),
  colorBgContainer: "#17201e",
  colorBgElevated: "#1f2a27",
  colorBgLayout: "#101614",
  colorBgSpotlight: "#33413d",
  colorBorder: "#42524e",
  colorBorderSecondary: "#2b3734",
  colorPrimary: "#2ba89b",
  colorPrimaryHover: "#43bdb0",
  colorPrimaryActive: "#1f9387",
  colorPrimaryText: "#4cc4b7",
  colorPrimaryTextHover: "#6ad6ca",
  colorPrimaryTextActive: "#3bb3a6",
  colorPrimaryBg: "#10302d",
  colorPrimaryBgHover: "#153d39",
  colorLink: "#4cc4b7",
  colorLinkHover: "#6ad6ca",
  colorLinkActive: "#3bb3a6",
  colorInfo: "#69aee8",
  colorSuccess: "#63bf74",
  colorWarning: "#e0a04a",
  colorError: "#f0776f",
  colorErrorText: "#f0776f",
  colorErrorHover: "#f59089",
});

export function darkTheme(): ThemeConfig {
  return {
    algorithm: dark,
    token: {
      ...SHARED,
      colorPrimary: "#2ba89b",
      colorBgBase: "#121917",
      colorTextBase: "#f0f5f4",
      colorTextTertiary: "rgba(240, 245, 244, 0.68)",
      colorTextQuaternary: "rgba(240, 245, 244, 0.62)",
      colorTextPlaceholder: "rgba(240, 245, 244, 0.6)",
      colorTextDescription: "rgba(240, 245, 244, 0.68)",
    },
    components: {
      ...COMPONENTS,
      Layout: { headerBg: "#17201e", lightSiderBg: "#17201e", bodyBg: "#101614" },
      Menu: { ...COMPONENTS.Menu, itemSelectedColor: "#4cc4b7" },
      Button: { primaryColor: "#04211e", dangerColor: "#2b0805" },
    },
  };
}
