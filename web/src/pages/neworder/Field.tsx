import { Input, Select } from "antd";
import { type CSSProperties, type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { type Choice, isLike } from "@/parts/regions";
import { Findings } from "./Findings";
import { useNewOrder } from "./useNewOrder";

interface FieldProps {
  /** The path of the field as findings name it. */
  path: string;
  label: string;
  value: string;
  onChange(value: string): void;
  hint?: ReactNode;
  /** How much of a row it takes: 12 is all of it. */
  span?: number;
  required?: boolean;
  /** Where what is wrong is shown, when there is no room for it below the field. */
  aboutId?: string;
}

interface Parts {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string;
  "aria-required": boolean;
  status: "" | "error" | "warning";
}

export const spanOf = (span: number) => ({ "--span": span }) as CSSProperties;

/** Label, control and what is wrong with it, in this order. */
function Framed(props: FieldProps & { children(parts: Parts): ReactNode }) {
  const { t } = useTranslation("neworder");
  const { shownAt } = useNewOrder();
  const id = useId();
  const aboutId = props.aboutId ?? `${id}-about`;
  const shown = shownAt(props.path);
  const isWrong = shown.some((finding) => finding.severity === "error");
  const status = isWrong ? "error" : shown.length ? "warning" : "";
  return (
    <div className="field" data-path={props.path} style={spanOf(props.span ?? 6)}>
      <label htmlFor={id}>
        {props.label}
        {props.required && (
          <span className="field-required" title={t("required")} aria-hidden="true">
            *
          </span>
        )}
      </label>
      {props.children({
        id,
        "aria-invalid": isWrong,
        "aria-describedby": aboutId,
        "aria-required": props.required ?? false,
        status,
      })}
      {!props.aboutId && (
        <div id={aboutId} className="field-about">
          {shown.length ? <Findings findings={shown} /> : props.hint}
        </div>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  inputMode?: "decimal" | "numeric" | "tel" | "email" | "text";
  autoComplete?: string;
  maxLength?: number;
  placeholder?: string;
}

export function TextField(props: TextFieldProps) {
  const { visit } = useNewOrder();
  return (
    <Framed {...props}>
      {(parts) => (
        <Input
          {...parts}
          value={props.value}
          inputMode={props.inputMode ?? "text"}
          autoComplete={props.autoComplete ?? "off"}
          placeholder={props.placeholder}
          maxLength={props.maxLength ?? 500}
          onChange={(event) => props.onChange(event.target.value)}
          onBlur={() => visit(props.path)}
        />
      )}
    </Framed>
  );
}

interface ChoiceFieldProps extends FieldProps {
  choices: Choice[];
  searchable?: boolean;
}

export function ChoiceField(props: ChoiceFieldProps) {
  const { visit } = useNewOrder();
  return (
    <Framed {...props}>
      {(parts) => (
        <Select
          {...parts}
          value={props.value}
          options={props.choices}
          showSearch={props.searchable ? { filterOption: isLike } : false}
          popupMatchSelectWidth={false}
          onChange={(value: string) => props.onChange(value)}
          onBlur={() => visit(props.path)}
        />
      )}
    </Framed>
  );
}
