import { App, Button, Input, Segmented, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { asProblem } from "@/api/problem";
import { download } from "@/api/request";
import { useSession } from "@/app/session";
import { DownloadOutlined, UploadOutlined } from "@/parts/icons";
import { Loading } from "@/parts/Loading";
import { PageTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { AbsenceSheet } from "./AbsenceSheet";
import { Absences } from "./Absences";
import { GroupList } from "./GroupList";
import { PeopleList } from "./PeopleList";
import { PersonDrawer } from "./PersonDrawer";
import "./people.css";
import { type Person, usePeople } from "./queries";
import { WorkbookSheet } from "./WorkbookSheet";

function matches(person: Person, typed: string): boolean {
  const text = [person.name, person.person_id, person.email, ...person.roles.map((r) => r.role)];
  return text.join(" ").toLowerCase().includes(typed.trim().toLowerCase());
}

function Everybody({ onAway }: { onAway(person: Person): void }) {
  const { t } = useTranslation("people");
  const { can } = useSession();
  const [everybody, setEverybody] = useState(false);
  const [typed, setTyped] = useState("");
  const [opened, setOpened] = useState<string | null>(null);
  const people = usePeople(everybody);
  const canEdit = can("people.edit");
  if (people.isPending) return <Loading rows={10} />;
  if (people.error) {
    return <ProblemAlert error={people.error} onRetry={() => void people.refetch()} />;
  }
  const all = people.data.people;
  const shown = all.find((person) => person.person_id === opened);
  return (
    <>
      <div className="people-tools">
        <Input.Search
          allowClear
          aria-label={t("search")}
          placeholder={t("search")}
          onChange={(event) => setTyped(event.target.value)}
        />
        {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch is a button inside of it */}
        <label className="people-switch">
          <Switch size="small" checked={everybody} onChange={setEverybody} /> {t("everybody")}
        </label>
        {canEdit && <Button onClick={() => setOpened("")}>{t("new")}</Button>}
      </div>
      <PeopleList
        people={all.filter((person) => matches(person, typed))}
        onOpen={canEdit ? ({ person_id }) => setOpened(person_id) : undefined}
      />
      {opened !== null && (shown || opened === "") && (
        <PersonDrawer person={shown ?? null} onClose={() => setOpened(null)} onAway={onAway} />
      )}
    </>
  );
}

function Mine() {
  const { t } = useTranslation("people");
  const { session } = useSession();
  const people = usePeople(false);
  const me = people.data?.people.find(({ person_id }) => person_id === session.person_id);
  if (!me?.absences.length) return null;
  return (
    <section className="people-mine" aria-label={t("absence.mine")}>
      <h2>{t("absence.mine")}</h2>
      <Absences absences={me.absences} canCancel />
    </section>
  );
}

function WorkbookButtons() {
  const { t } = useTranslation("people");
  const { message } = App.useApp();
  const [isImporting, setIsImporting] = useState(false);
  const fetchWorkbook = () =>
    download("/api/v1/people/export.xlsx", "people.xlsx").catch(
      (error) => void message.error(asProblem(error).detailNow),
    );
  return (
    <>
      <Button icon={<DownloadOutlined />} onClick={() => void fetchWorkbook()}>
        {t("workbook.export")}
      </Button>
      <Button icon={<UploadOutlined />} onClick={() => setIsImporting(true)}>
        {t("workbook.import")}
      </Button>
      {isImporting && <WorkbookSheet onClose={() => setIsImporting(false)} />}
    </>
  );
}

export default function PeoplePage() {
  const { t } = useTranslation("people");
  const { session, can } = useSession();
  const [search, setSearch] = useSearchParams();
  const [away, setAway] = useState<{ id: string; name: string } | null>(null);
  const tab = search.get("show") === "groups" ? "groups" : "people";
  const me = { id: session.person_id, name: session.name };
  return (
    <>
      <PageTitle
        title={t("title")}
        actions={
          <>
            <Button onClick={() => setAway(me)}>{t("absence.i_am_away")}</Button>
            {can("people.edit") && <WorkbookButtons />}
          </>
        }
      />
      <Mine />
      {can("people.read") && (
        <>
          <Segmented
            className="people-tabs"
            aria-label={t("show")}
            value={tab}
            onChange={(next) => setSearch(next === "groups" ? { show: next } : {})}
            options={[
              { value: "people", label: t("tab.people") },
              { value: "groups", label: t("tab.groups") },
            ]}
          />
          {tab === "groups" ? (
            <GroupList />
          ) : (
            <Everybody onAway={({ person_id, name }) => setAway({ id: person_id, name })} />
          )}
        </>
      )}
      {away && <AbsenceSheet personId={away.id} name={away.name} onClose={() => setAway(null)} />}
    </>
  );
}
