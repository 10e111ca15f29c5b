import { Input } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

const PAUSE_MS = 300;

interface SearchFieldProps {
  value: string;
  onChange(value: string): void;
}

/** Searches when its typist pauses, so that not every letter is asked. */
export function SearchField({ value, onChange }: SearchFieldProps) {
  const { t } = useTranslation("orders");
  const [typed, setTyped] = useState(value);
  const change = useRef(onChange);
  change.current = onChange;
  const said = useRef(value);

  // The address may change by other means than typing: back, a link, a reset.
  useEffect(() => {
    if (value !== said.current) {
      said.current = value;
      setTyped(value);
    }
  }, [value]);

  useEffect(() => {
    if (typed.trim() === said.current) return;
    const timer = setTimeout(() => {
      said.current = typed.trim();
      change.current(typed.trim());
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  return (
    <Input.Search
      className="search-field"
      allowClear
      maxLength={120}
      aria-label={t("search")}
      placeholder={t("search_hint")}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onSearch={(text) => {
        said.current = text.trim();
        onChange(text.trim());
      }}
    />
  );
}
