import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useCodeWord } from "@/i18n/code";
import { Pill } from "@/parts/Pill";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { isLike } from "@/parts/regions";
import { COLUMNS } from "./columns";
import { MAPPINGS } from "./MappingSelect";
import { hasEnded, type ImportDetail } from "./useImport";

interface Layout {
  file: string;
  sheet: string;
  /** Header and column, which is empty where nobody could tell. */
  columns: [header: string, name: string][];
}

type Mapping = Record<string, string>;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;

/** Headers of the files that mean no column yet, each once. */
function unknownHeaders(layouts: readonly Layout[]): string[] {
  const pairs = layouts.flatMap(({ columns }) =>
    columns.filter(([header, name]) => header && !name).map(([header]) => header),
  );
  return [...new Set(pairs)];
}

function Known({ layouts }: { layouts: Layout[] }) {
  const word = useCodeWord();
  return layouts.map((layout) => (
    <div key={`${layout.file} ${layout.sheet}`} className="import-layout">
      <strong>{[...new Set([layout.file, layout.sheet])].filter(Boolean).join(" · ")}</strong>
      <ul>
        {layout.columns
          .filter(([, name]) => name)
          .map(([header, name]) => (
            <li key={`${header} ${name}`}>
              {header} → <Pill tone="good">{word("imports:column", name)}</Pill>
            </li>
          ))}
      </ul>
    </div>
  ));
}

/** A header that was not seen, as it stands in the file. */
function Another({ onAdd }: { onAdd(header: string): void }) {
  const { t } = useTranslation("imports");
  const [header, setHeader] = useState("");
  const add = () => {
    if (header.trim()) onAdd(header.trim());
    setHeader("");
  };
  return (
    <div className="import-save">
      <Input
        aria-label={t("columns.another")}
        placeholder={t("columns.another")}
        value={header}
        maxLength={200}
        onChange={(event) => setHeader(event.target.value)}
        onPressEnter={add}
      />
      <Button disabled={!header.trim()} onClick={add}>
        {t("columns.add")}
      </Button>
    </div>
  );
}

interface SaveProps {
  mapping: Mapping;
  onSaved(name: string): void;
}

function Save({ mapping, onSaved }: SaveProps) {
  const { t } = useTranslation("imports");
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const save = api.useMutation("put", "/api/v1/imports/mappings/{name}");
  const isNamed = NAME.test(name);
  const run = () =>
    save.mutate(
      { params: { path: { name } }, body: { mapping } },
      {
        onSuccess() {
          void queries.invalidateQueries({ queryKey: MAPPINGS });
          onSaved(name);
        },
      },
    );
  return (
    <>
      <div className="import-save">
        <Input
          aria-label={t("mapping.name")}
          placeholder={t("mapping.name")}
          value={name}
          status={name && !isNamed ? "error" : ""}
          onChange={(event) => setName(event.target.value.trim())}
        />
        <Button
          type="primary"
          loading={save.isPending}
          disabled={!isNamed || !Object.keys(mapping).length}
          onClick={run}
        >
          {t("mapping.save")}
        </Button>
      </div>
      {name && !isNamed && <p className="import-wrong">{t("mapping.name_hint")}</p>}
      {save.error && <ProblemAlert error={save.error} />}
    </>
  );
}

interface ColumnsProps {
  found: ImportDetail;
  onMapped(name: string): void;
}

/** What each header was taken for, and saying so where nobody could tell. */
export function Columns({ found, onMapped }: ColumnsProps) {
  const { t } = useTranslation("imports");
  const word = useCodeWord();
  const [added, setAdded] = useState<Mapping>({});
  const [typed, setTyped] = useState<string[]>([]);
  const layouts = found.layouts as unknown as Layout[];
  if (!layouts.length && !hasEnded(found)) return null;
  const unknown = [...new Set([...unknownHeaders(layouts), ...typed])];
  const choices = COLUMNS.map((column) => ({
    value: column,
    label: word("imports:column", column),
  }));
  const set = (header: string, column: string | undefined) => {
    const { [header]: _, ...others } = added;
    setAdded(column ? { ...others, [header]: column } : others);
  };
  return (
    <section className="import-columns">
      <h3>{t("columns.title")}</h3>
      {(unknown.length > 0 || !layouts.length) && (
        <div className="import-unknown">
          <p>
            {layouts.length ? t("columns.unknown", { count: unknown.length }) : t("columns.none")}
          </p>
          {unknown.map((header) => (
            <div key={header} className="import-pair">
              <span>{header}</span>
              <Select
                aria-label={t("columns.means", { header })}
                allowClear
                showSearch={{ filterOption: isLike }}
                placeholder={t("columns.read_past")}
                options={choices}
                value={added[header] ?? null}
                onChange={(column) => set(header, column ?? undefined)}
              />
            </div>
          ))}
          <Another onAdd={(header) => setTyped([...typed, header])} />
          <Save mapping={{ ...found.options.mapping, ...added }} onSaved={onMapped} />
        </div>
      )}
      <Known layouts={layouts} />
    </section>
  );
}
