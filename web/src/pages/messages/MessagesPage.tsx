import { Button, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { SettingOutlined } from "@/parts/icons";
import { PageTitle } from "@/parts/PageTitle";
import { STATES, useFilter } from "./filter";
import { MessageList } from "./MessageList";
import "./messages.css";
import { SettingsDrawer } from "./SettingsDrawer";

export default function MessagesPage() {
  const { t } = useTranslation("messages");
  const { session } = useSession();
  const [filter, change] = useFilter();
  const [isSetting, setIsSetting] = useState(false);
  const grant = session.permissions.find(({ code }) => code === "messages.read");
  const seesAll = grant?.everywhere ?? false;
  const shown = { ...filter, isAll: filter.isAll && seesAll };
  return (
    <>
      <PageTitle
        title={t("title")}
        note={t("note")}
        actions={
          <Button icon={<SettingOutlined />} onClick={() => setIsSetting(true)}>
            {t("settings.title")}
          </Button>
        }
      />
      <div className="message-filter">
        {seesAll && (
          <Segmented
            aria-label={t("whose")}
            value={shown.isAll ? "all" : "mine"}
            onChange={(of) => change({ isAll: of === "all" })}
            options={[
              { value: "mine", label: t("mine") },
              { value: "all", label: t("all") },
            ]}
          />
        )}
        <Select
          aria-label={t("column.state")}
          value={filter.state}
          popupMatchSelectWidth={false}
          options={[
            { value: "", label: t("any_state") },
            ...STATES.map((state) => ({ value: state, label: t(`state.${state}`) })),
          ]}
          onChange={(state) => change({ state })}
        />
        {filter.order && <Button onClick={() => change({ order: "" })}>{t("every_order")}</Button>}
      </div>
      <MessageList filter={shown} />
      {isSetting && <SettingsDrawer onClose={() => setIsSetting(false)} />}
    </>
  );
}
