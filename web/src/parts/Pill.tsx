import type { ReactNode } from "react";

export type Tone = "plain" | "brand" | "info" | "good" | "warn" | "bad";

interface PillProps {
  tone?: Tone;
  /** Filled, for what must be seen first. */
  strong?: boolean;
  icon?: ReactNode;
  children: ReactNode;
}

/** A small word in a colour that is readable in both themes. */
export function Pill({ tone = "plain", strong = false, icon, children }: PillProps) {
  return (
    <span className="pill" data-tone={tone} data-strong={strong}>
      {icon}
      <span>{children}</span>
    </span>
  );
}
