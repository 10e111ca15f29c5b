import { Button, Form, Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { useCodeWord } from "@/i18n/code";
import { DeleteOutlined, PlusOutlined } from "@/parts/icons";
import { isLike } from "@/parts/regions";
import { useGroups, usePeople } from "./queries";

const ROLES = [
  "customer_service",
  "sales",
  "regional_manager",
  "ops_director",
  "finance",
  "warehouse_keeper",
  "logistics",
  "team_lead",
  "rules_editor",
  "auditor",
  "administrator",
] as const;

function RoleFields({ isOwn }: { isOwn: boolean }) {
  const { t, i18n } = useTranslation(["people", "common"]);
  const word = useCodeWord();
  const groups = useGroups();
  const isChinese = i18n.resolvedLanguage === "zh";
  const choices = (groups.data?.groups ?? []).map((group) => ({
    value: group.code,
    label: isChinese ? group.name_zh : group.name_en,
  }));
  return (
    <Form.List name="roles">
      {(fields, { add, remove }) => (
        <fieldset className="person-roles" disabled={isOwn}>
          <legend>{t("field.roles")}</legend>
          {fields.map((field) => (
            <div key={field.key} className="person-role">
              <Form.Item name={[field.name, "role"]} noStyle>
                <Select
                  aria-label={t("field.role")}
                  disabled={isOwn}
                  options={ROLES.map((role) => ({ value: role, label: word("role", role) }))}
                />
              </Form.Item>
              <Form.Item name={[field.name, "group"]} noStyle>
                <Select
                  aria-label={t("field.group")}
                  disabled={isOwn}
                  options={[{ value: "", label: t("common:group.all") }, ...choices]}
                />
              </Form.Item>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t("field.remove_role")}
                onClick={() => remove(field.name)}
              />
            </div>
          ))}
          <Button
            size="small"
            icon={<PlusOutlined />}
            onClick={() => add({ role: "customer_service", group: "" })}
          >
            {t("field.add_role")}
          </Button>
          {isOwn && <p className="muted">{t("own_rights")}</p>}
        </fieldset>
      )}
    </Form.List>
  );
}

interface PersonFieldsProps {
  personId: string;
  isNew: boolean;
  /** Nobody changes their own roles or limit. */
  isOwn: boolean;
}

export function PersonFields({ personId, isNew, isOwn }: PersonFieldsProps) {
  const { t } = useTranslation(["people", "common"]);
  const people = usePeople(false);
  const required = { required: true, whitespace: true, message: t("common:form.required") };
  const superiors = (people.data?.people ?? []).filter((each) => each.person_id !== personId);
  return (
    <>
      {isNew && (
        <Form.Item
          name="person_id"
          label={t("field.id")}
          extra={t("field.id_hint")}
          rules={[
            required,
            { pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, message: t("field.id_hint") },
          ]}
        >
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="name" label={t("field.name")} rules={[required]}>
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <Form.Item name="email" label={t("field.email")}>
        <Input maxLength={200} inputMode="email" autoComplete="off" />
      </Form.Item>
      <Form.Item name="phone" label={t("field.phone")}>
        <Input maxLength={120} inputMode="tel" autoComplete="off" />
      </Form.Item>
      <Form.Item name="locale" label={t("field.locale")}>
        <Select
          options={[
            { value: "en", label: "English" },
            { value: "zh", label: "中文" },
          ]}
        />
      </Form.Item>
      <RoleFields isOwn={isOwn} />
      <Form.Item name="superior_id" label={t("field.superior")} extra={t("field.superior_hint")}>
        <Select
          allowClear
          showSearch={{ filterOption: isLike }}
          options={superiors.map((each) => ({ value: each.person_id, label: each.name }))}
        />
      </Form.Item>
      <Form.Item name="approval_limit" label={t("field.limit")} extra={t("field.limit_hint")}>
        <Input inputMode="decimal" maxLength={24} disabled={isOwn} />
      </Form.Item>
      <Form.Item
        name="active"
        label={t("field.active")}
        valuePropName="checked"
        extra={t("field.active_hint")}
      >
        <Switch />
      </Form.Item>
    </>
  );
}
