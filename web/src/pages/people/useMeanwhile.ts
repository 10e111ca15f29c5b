import type { FormInstance } from "antd";
import { useEffect, useState } from "react";

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Brings what somebody else saved meanwhile into a form, except where something was typed.
 * Returns the names of what they changed.
 */
export function useMeanwhile<T extends { version: string }, Name extends keyof T & string>(
  form: FormInstance,
  current: T | null,
  names: readonly Name[],
): Name[] {
  const [seen, setSeen] = useState(current);
  const [changed, setChanged] = useState<Name[]>([]);
  useEffect(() => {
    if (!current || !seen || current.version === seen.version) return;
    const theirs = names.filter((name) => !isSame(current[name], seen[name]));
    const untouched = theirs.filter((name) => isSame(form.getFieldValue(name), seen[name]));
    form.setFieldsValue(Object.fromEntries(untouched.map((name) => [name, current[name]])));
    setChanged((before) => [...new Set([...before, ...theirs])]);
    setSeen(current);
  }, [form, current, seen, names]);
  return changed;
}
