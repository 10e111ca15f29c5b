import type { ReactNode } from "react";
import { InfoCircleOutlined } from "@/parts/icons";

/** A quiet line that says why something is as it is, or what to do next. */
export function Tip({ children }: { children: ReactNode }) {
  return (
    <p className="rule-tip">
      <InfoCircleOutlined />
      <span>{children}</span>
    </p>
  );
}
