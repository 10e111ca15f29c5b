import { Form, InputNumber, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OpenLine } from "./detail";

interface PieceFieldsProps {
  lines: OpenLine[];
  /** The switch above them: "only some of the pieces". */
  label: string;
}

/** Pieces by line, for a parcel or a return that holds only some of them. */
export function PieceFields({ lines, label }: PieceFieldsProps) {
  const { t } = useTranslation("order");
  const [isPartial, setIsPartial] = useState(false);
  const open = lines.filter(({ left }) => left > 0);
  if (!open.length) return null;
  return (
    <>
      <div className="piece-switch">
        <Switch id="some-pieces" checked={isPartial} onChange={setIsPartial} />
        <label htmlFor="some-pieces">{label}</label>
      </div>
      {isPartial &&
        open.map(({ line, left }) => (
          <div className="piece-line" key={line.line_id}>
            <span className="piece-title">
              {line.title || line.sku}
              <span className="muted"> {line.sku}</span>
            </span>
            <Form.Item name={["pieces", line.line_id]} initialValue={left} noStyle>
              <InputNumber
                min={0}
                max={left}
                precision={0}
                inputMode="numeric"
                aria-label={t("field.pieces_of", { line: line.title || line.sku })}
              />
            </Form.Item>
            <span className="muted numeric">{t("field.of_left", { left })}</span>
          </div>
        ))}
    </>
  );
}
