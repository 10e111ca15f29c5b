/** The signs of the pages. Whoever is read to does not hear them: the words beside them, or the
 * name of a button that has no words, say it already. */
import * as drawn from "@ant-design/icons";
import type { ComponentType } from "react";

type Icon = ComponentType<Partial<React.ComponentProps<typeof drawn.PlusOutlined>>>;

/** Keeps an icon from being read aloud, unless it is given a name because it stands alone. */
function silent(Drawn: Icon): Icon {
  return function Silent(props) {
    return <Drawn aria-hidden={props["aria-label"] === undefined} {...props} />;
  };
}

export const ArrowDownOutlined = silent(drawn.ArrowDownOutlined);
export const ArrowLeftOutlined = silent(drawn.ArrowLeftOutlined);
export const ArrowUpOutlined = silent(drawn.ArrowUpOutlined);
export const AuditOutlined = silent(drawn.AuditOutlined);
export const BellOutlined = silent(drawn.BellOutlined);
export const CalendarOutlined = silent(drawn.CalendarOutlined);
export const CheckCircleFilled = silent(drawn.CheckCircleFilled);
export const CheckCircleOutlined = silent(drawn.CheckCircleOutlined);
export const CheckOutlined = silent(drawn.CheckOutlined);
export const CheckSquareOutlined = silent(drawn.CheckSquareOutlined);
export const CloseCircleFilled = silent(drawn.CloseCircleFilled);
export const CloseOutlined = silent(drawn.CloseOutlined);
export const CloudSyncOutlined = silent(drawn.CloudSyncOutlined);
export const CopyOutlined = silent(drawn.CopyOutlined);
export const DashboardOutlined = silent(drawn.DashboardOutlined);
export const DeleteOutlined = silent(drawn.DeleteOutlined);
export const DesktopOutlined = silent(drawn.DesktopOutlined);
export const DownloadOutlined = silent(drawn.DownloadOutlined);
export const ExclamationCircleFilled = silent(drawn.ExclamationCircleFilled);
export const FileAddOutlined = silent(drawn.FileAddOutlined);
export const FilterOutlined = silent(drawn.FilterOutlined);
export const HolderOutlined = silent(drawn.HolderOutlined);
export const ImportOutlined = silent(drawn.ImportOutlined);
export const InboxOutlined = silent(drawn.InboxOutlined);
export const InfoCircleFilled = silent(drawn.InfoCircleFilled);
export const InfoCircleOutlined = silent(drawn.InfoCircleOutlined);
export const InsertRowAboveOutlined = silent(drawn.InsertRowAboveOutlined);
export const InsertRowBelowOutlined = silent(drawn.InsertRowBelowOutlined);
export const KeyOutlined = silent(drawn.KeyOutlined);
export const LoadingOutlined = silent(drawn.LoadingOutlined);
export const LogoutOutlined = silent(drawn.LogoutOutlined);
export const MenuOutlined = silent(drawn.MenuOutlined);
export const MoonOutlined = silent(drawn.MoonOutlined);
export const MoreOutlined = silent(drawn.MoreOutlined);
export const PartitionOutlined = silent(drawn.PartitionOutlined);
export const PlusOutlined = silent(drawn.PlusOutlined);
export const RedoOutlined = silent(drawn.RedoOutlined);
export const SettingOutlined = silent(drawn.SettingOutlined);
export const SunOutlined = silent(drawn.SunOutlined);
export const SyncOutlined = silent(drawn.SyncOutlined);
export const TeamOutlined = silent(drawn.TeamOutlined);
export const UndoOutlined = silent(drawn.UndoOutlined);
export const UnorderedListOutlined = silent(drawn.UnorderedListOutlined);
export const UploadOutlined = silent(drawn.UploadOutlined);
export const UserOutlined = silent(drawn.UserOutlined);
export const WarningFilled = silent(drawn.WarningFilled);
export const WarningOutlined = silent(drawn.WarningOutlined);

const STATES = {
  successIcon: <CheckCircleFilled />,
  infoIcon: <InfoCircleFilled />,
  warningIcon: <ExclamationCircleFilled />,
  errorIcon: <CloseCircleFilled />,
};

/** The icons that antd itself puts beside words. */
export const ICONS_OF_ANTD = {
  alert: STATES,
  modal: STATES,
  button: { loadingIcon: <LoadingOutlined /> },
};
