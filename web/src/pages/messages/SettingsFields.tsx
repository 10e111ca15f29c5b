import { Checkbox, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { isLike, TIME_ZONES } from "@/parts/regions";
import type { Settings } from "./SettingsDrawer";

const URGENCIES = ["urgent", "normal", "low"] as const;
const MEDIA = ["default", "wecom", "dingtalk", "feishu"] as const;
const ADDRESSES = ["email", "wecom", "dingtalk", "feishu"] as const;
const DIGESTS = [0, 15, 30, 60, 120, 240, 480, 1440];

interface SettingsFieldsProps {
  settings: Settings;
  onChange(change: Partial<Settings>): void;
}

function Media({ settings, onChange }: SettingsFieldsProps) {
  const { t } = useTranslation("messages");
  return (
    <fieldset className="message-media">
      <legend>{t("settings.media")}</legend>
      {URGENCIES.map((urgency) => (
        <div key={urgency} className="message-urgency">
          <span id={`urgency-${urgency}`}>{t(`settings.${urgency}`)}</span>
          <Checkbox.Group
            aria-labelledby={`urgency-${urgency}`}
            value={settings.media[urgency] ?? []}
            options={MEDIA.map((medium) => ({ value: medium, label: t(`medium.${medium}`) }))}
            onChange={(media) => {
              const { [urgency]: _, ...others } = settings.media;
              onChange({ media: media.length ? { ...others, [urgency]: media } : others });
            }}
          />
        </div>
      ))}
      <p className="muted">{t("settings.media_hint")}</p>
    </fieldset>
  );
}

function Quiet({ settings, onChange }: SettingsFieldsProps) {
  const { t } = useTranslation("messages");
  const time = (name: "quiet_from" | "quiet_until") => (
    <Input
      type="time"
      aria-label={t(`settings.${name}`)}
      value={settings[name]?.slice(0, 5) ?? ""}
      onChange={(event) => onChange({ [name]: event.target.value || null })}
    />
  );
  const isHalf = Boolean(settings.quiet_from) !== Boolean(settings.quiet_until);
  return (
    <Form.Item
      label={t("settings.quiet")}
      extra={t("settings.quiet_hint")}
      {...(isHalf && { validateStatus: "error", help: t("settings.quiet_both") })}
    >
      <div className="message-quiet">
        {time("quiet_from")}
        <span>–</span>
        {time("quiet_until")}
      </div>
    </Form.Item>
  );
}

/** The settings as they are being changed. */
export function SettingsFields({ settings, onChange }: SettingsFieldsProps) {
  const { t, i18n } = useTranslation("messages");
  const { session } = useSession();
  const language = new Intl.DisplayNames(i18n.language, { type: "language" }).of(session.locale);
  return (
    <Form layout="vertical" component="div">
      <Media settings={settings} onChange={onChange} />
      <Quiet settings={settings} onChange={onChange} />
      <Form.Item label={t("settings.zone")} htmlFor="message-zone">
        <Select
          id="message-zone"
          showSearch={{ filterOption: isLike }}
          options={TIME_ZONES}
          value={settings.time_zone}
          onChange={(time_zone) => onChange({ time_zone })}
        />
      </Form.Item>
      <Form.Item
        label={t("settings.digest")}
        htmlFor="message-digest"
        extra={t("settings.digest_hint")}
      >
        <Select
          id="message-digest"
          options={[...new Set([...DIGESTS, settings.digest_minutes])].map((minutes) => ({
            value: minutes,
            label: minutes
              ? t("settings.digest_minutes", { count: minutes })
              : t("settings.digest_none"),
          }))}
          value={settings.digest_minutes}
          onChange={(digest_minutes) => onChange({ digest_minutes })}
        />
      </Form.Item>
      {ADDRESSES.map((medium) => (
        <Form.Item
          key={medium}
          label={t(`settings.address_${medium}`)}
          htmlFor={`message-${medium}`}
        >
          <Input
            id={`message-${medium}`}
            inputMode={medium === "email" ? "email" : "text"}
            autoComplete={medium === "email" ? "email" : "off"}
            value={settings.addresses[medium] ?? ""}
            maxLength={200}
            onChange={(event) =>
              onChange({
                addresses: { ...settings.addresses, [medium]: event.target.value.trim() },
              })
            }
          />
        </Form.Item>
      ))}
      <p className="muted">{t("settings.language", { language })}</p>
    </Form>
  );
}
