import { InfoCircleOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";

/** A quiet line that says why something is as it is, or what to do next. */
export function Tip({ children }: { children: ReactNode }) {
  return (
    <p className="rule-tip">
      <InfoCircleOutlined aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
}
