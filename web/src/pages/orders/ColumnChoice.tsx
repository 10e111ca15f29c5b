import { Button, Checkbox, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { SettingOutlined } from "@/parts/icons";
import { COLUMNS, type Column } from "./columns";

interface ColumnChoiceProps {
  chosen: Column[];
  onChange(columns: Column[]): void;
}

export function ColumnChoice({ chosen, onChange }: ColumnChoiceProps) {
  const { t } = useTranslation("orders");
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <Checkbox.Group<Column>
          className="column-choice"
          value={chosen}
          onChange={onChange}
          options={COLUMNS.map((value) => ({ value, label: t(`column.${value}`) }))}
        />
      }
    >
      <Button icon={<SettingOutlined />}>{t("columns")}</Button>
    </Popover>
  );
}
