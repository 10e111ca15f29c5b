import { Alert, Button, Input } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useSession } from "@/app/session";
import { useCodeWord } from "@/i18n/code";
import { Instant } from "@/parts/Instant";
import { Loading } from "@/parts/Loading";
import { PageTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { EntryActions } from "./EntryActions";
import { Findings } from "./Findings";
import { flawOf, pretty } from "./pretty";
import type { EntryDetail } from "./queries";
import { Owner, Resolution } from "./Resolution";

const LINE_PX = 20;

function About({ entry }: { entry: EntryDetail }) {
  const { t, i18n } = useTranslation("quarantine");
  const word = useCodeWord();
  const isChinese = i18n.resolvedLanguage === "zh";
  const whyNot = isChinese ? entry.why_not_fixable_zh : entry.why_not_fixable_en;
  return (
    <>
      <dl className="quarantine-about">
        <div>
          <dt>{t("about.from")}</dt>
          <dd>
            {word("channel", entry.channel)} · {entry.shop} · {entry.topic}
          </dd>
        </div>
        <div>
          <dt>{t("column.owner")}</dt>
          <dd>
            <Owner entry={entry} />
          </dd>
        </div>
        <div>
          <dt>{t("column.since")}</dt>
          <dd>
            <Instant at={entry.created_at} />
          </dd>
        </div>
        {entry.resolution && (
          <div>
            <dt>{t("column.resolution")}</dt>
            <dd>
              <Resolution entry={entry} />
            </dd>
          </div>
        )}
        {entry.note && (
          <div>
            <dt>{t("fix.note")}</dt>
            <dd>{entry.note}</dd>
          </div>
        )}
      </dl>
      {entry.resolution && entry.external_id && (
        <Link to={`/orders?q=${encodeURIComponent(entry.external_id)}`}>{t("find_order")}</Link>
      )}
      {entry.corrects_entry_id && (
        <Link to={{ search: `?entry=${entry.corrects_entry_id}` }}>{t("corrects")}</Link>
      )}
      {!entry.resolution && whyNot && <Alert type="info" showIcon title={whyNot} />}
    </>
  );
}

function SideBySide({ entry, onDone }: { entry: EntryDetail; onDone(): void }) {
  const { t } = useTranslation("quarantine");
  const { can } = useSession();
  const original = useMemo(() => pretty(entry.body), [entry.body]);
  const [text, setText] = useState(original);
  const area = useRef<TextAreaRef>(null);
  const textId = useId();
  const isOpen = !entry.resolution;
  const canEdit = isOpen && entry.fixable && can("quarantine.resolve");
  const flaw = canEdit ? flawOf(text) : "";
  const show = ([from, until]: [number, number]) => {
    const element = area.current?.resizableTextArea?.textArea;
    if (!element) return;
    element.focus();
    element.setSelectionRange(from, until);
    element.scrollTop = (text.slice(0, from).split("\n").length - 4) * LINE_PX;
  };
  return (
    <div className="quarantine-sides">
      <section className="quarantine-side" aria-labelledby={textId}>
        <div className="quarantine-head">
          <h2 id={textId}>{t(canEdit ? "message_editable" : "message")}</h2>
          {text !== original && <Button onClick={() => setText(original)}>{t("undo")}</Button>}
        </div>
        <Input.TextArea
          ref={area}
          className="quarantine-text"
          aria-labelledby={textId}
          aria-invalid={Boolean(flaw)}
          spellCheck={false}
          readOnly={!canEdit}
          status={flaw ? "error" : ""}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <p className="quarantine-flaw" role="status">
          {flaw && t("no_json", { flaw })}
        </p>
      </section>
      <section className="quarantine-side" aria-label={t("column.findings")}>
        <h2>{t("column.findings")}</h2>
        <Findings entry={entry} text={text} onShow={show} />
        <About entry={entry} />
        {isOpen && can("quarantine.resolve") && (
          <EntryActions
            entry={entry}
            text={text}
            isChanged={text !== original}
            isBroken={Boolean(flaw)}
            onDone={onDone}
          />
        )}
      </section>
    </div>
  );
}

/** One message beside what is wrong with it. */
export function EntryView({ id, onClose }: { id: number; onClose(): void }) {
  const { t } = useTranslation("quarantine");
  const { data, error, refetch } = api.useQuery("get", "/api/v1/quarantine/{quarantine_id}", {
    params: { path: { quarantine_id: id } },
  });
  const isKept = error && asProblem(error).status === 403;
  return (
    <>
      <PageTitle
        title={data?.external_id || t("one", { id })}
        actions={<Button onClick={onClose}>{t("back")}</Button>}
      />
      {isKept && <Alert type="info" showIcon title={t("no_content")} />}
      {error && !isKept && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading rows={12} />}
      {data && <SideBySide key={`${data.id} ${data.resolution}`} entry={data} onDone={onClose} />}
    </>
  );
}
