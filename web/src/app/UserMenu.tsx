import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { KeyOutlined, LogoutOutlined, UserOutlined } from "@/parts/icons";
import { RoleNames } from "@/parts/RoleNames";
import { useIsPhone } from "@/parts/useIsPhone";
import { PasswordModal } from "./PasswordModal";
import { useSession } from "./session";

/** Who is signed in, with which roles; the way to a new password and out. */
export function UserMenu() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { session, logOut } = useSession();
  const isPhone = useIsPhone();
  const [isChanging, setIsChanging] = useState(false);

  const leave = () => logOut().catch((error) => message.error(asProblem(error).detailNow));
  const who = {
    key: "who",
    disabled: true,
    label: (
      <>
        <strong>{session.name}</strong>
        <br />
        <RoleNames roles={session.roles} />
        <br />
        <span className="muted">orderflow {session.version}</span>
      </>
    ),
  };
  const password = { key: "password", icon: <KeyOutlined />, label: t("shell.password") };
  const out = { key: "out", icon: <LogoutOutlined />, label: t("shell.log_out") };
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [who, { type: "divider" }, ...(session.demo ? [] : [password]), out],
          onClick: ({ key }) => {
            if (key === "out") void leave();
            if (key === "password") setIsChanging(true);
          },
        }}
      >
        <Button
          type="text"
          icon={<UserOutlined />}
          aria-label={t("shell.user", { name: session.name })}
          aria-haspopup="menu"
        >
          {isPhone ? null : session.name}
        </Button>
      </Dropdown>
      {isChanging && <PasswordModal onClose={() => setIsChanging(false)} />}
    </>
  );
}
