import { Button, Drawer, Modal } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import "./sheet.css";
import { useIsPhone } from "./useIsPhone";

interface SheetProps {
  open: boolean;
  title: ReactNode;
  okText?: string;
  danger?: boolean;
  busy?: boolean;
  /** Beside the button that does it. */
  disabled?: boolean;
  width?: number;
  children: ReactNode;
  onOk?(): void;
  onClose(): void;
}

/** A dialog: in the middle of a large screen, from below on a phone, its buttons at the thumb. */
export function Sheet(props: SheetProps) {
  const { t } = useTranslation();
  const isPhone = useIsPhone();
  const buttons = (
    <div className="sheet-buttons">
      <Button size={isPhone ? "large" : "middle"} onClick={props.onClose}>
        {t(props.onOk ? "form.cancel" : "form.close")}
      </Button>
      {props.onOk && (
        <Button
          type="primary"
          size={isPhone ? "large" : "middle"}
          danger={props.danger ?? false}
          loading={props.busy ?? false}
          disabled={props.disabled ?? false}
          onClick={props.onOk}
        >
          {props.okText}
        </Button>
      )}
    </div>
  );
  if (!isPhone) {
    return (
      <Modal
        open={props.open}
        title={props.title}
        width={props.width ?? 520}
        footer={buttons}
        destroyOnHidden
        onCancel={props.onClose}
      >
        {props.children}
      </Modal>
    );
  }
  return (
    <Drawer
      open={props.open}
      title={props.title}
      placement="bottom"
      footer={buttons}
      destroyOnHidden
      onClose={props.onClose}
      styles={{ wrapper: { height: "auto", maxHeight: "90dvh" } }}
    >
      {props.children}
    </Drawer>
  );
}
