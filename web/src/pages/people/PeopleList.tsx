import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/parts/EmptyState";
import { Instant } from "@/parts/Instant";
import { Pill } from "@/parts/Pill";
import { type RecordColumn, Records } from "@/parts/Records";
import { RoleNames } from "@/parts/RoleNames";
import type { Person } from "./queries";

interface PeopleListProps {
  people: readonly Person[];
  /** Opens a person's entry; left out for who may not change it. */
  onOpen?: ((person: Person) => void) | undefined;
}

function Away({ person }: { person: Person }) {
  const { t } = useTranslation("people");
  const next = person.absences[0];
  if (!next) return <span className="muted">—</span>;
  const isNow = Date.parse(next.begins_at) <= Date.now();
  return (
    <span className="pills">
      <Pill tone={isNow ? "warn" : "plain"}>{t(isNow ? "away" : "will_be_away")}</Pill>
      <Instant at={isNow ? next.ends_at : next.begins_at} />
    </span>
  );
}

/** Who works here, with what they may do and whether they are there. */
export function PeopleList({ people, onOpen }: PeopleListProps) {
  const { t, i18n } = useTranslation("people");
  const names = new Map(people.map((each) => [each.person_id, each.name]));
  const limit = (amount: string) =>
    new Intl.NumberFormat(i18n.language).format(amount as Intl.StringNumericLiteral);
  const columns: RecordColumn<Person>[] = [
    {
      key: "name",
      title: t("field.name"),
      heading: true,
      render: (person) => (
        <>
          {onOpen ? (
            <Button type="link" className="person-open" onClick={() => onOpen(person)}>
              {person.name}
            </Button>
          ) : (
            person.name
          )}
          <span className="muted person-id">{person.person_id}</span>
          {!person.active && <Pill>{t("left")}</Pill>}
        </>
      ),
    },
    {
      key: "roles",
      title: t("field.roles"),
      render: (person) => <RoleNames roles={person.roles} />,
    },
    {
      key: "superior",
      title: t("field.superior"),
      render: ({ superior_id: id }) =>
        id ? (names.get(id) ?? id) : <span className="muted">—</span>,
    },
    {
      key: "limit",
      title: t("field.limit"),
      align: "end",
      render: ({ approval_limit: amount }) =>
        amount ? <span className="numeric">{limit(amount)}</span> : t("no_limit"),
    },
    { key: "away", title: t("absence.heading"), render: (person) => <Away person={person} /> },
  ];
  return (
    <Records
      label={t("title")}
      rows={people}
      rowKey={(person) => person.person_id}
      columns={columns}
      empty={<EmptyState title={t("empty.title")} advice={t("empty.advice")} />}
    />
  );
}
