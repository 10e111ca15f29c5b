import { type ReactNode, useId } from "react";

interface LabelledProps {
  label: string;
  /** Draws the control, which takes this id. */
  children(id: string): ReactNode;
}

/** A control with its label above it. */
export function Labelled({ label, children }: LabelledProps) {
  const id = useId();
  return (
    <div className="rule-labelled">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}
