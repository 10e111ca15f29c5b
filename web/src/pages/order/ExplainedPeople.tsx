import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { useCodeWord } from "@/i18n/code";
import { useNames } from "@/parts/names";
import { useBoth } from "./both";

type People = components["schemas"]["PeopleView"];

/** Who signs and how, and who was left out and why. */
export function ExplainedPeople({ people }: { people: People }) {
  const { t } = useTranslation("order");
  const word = useCodeWord();
  const quorum = people.quorum > 0 ? ` · ${t("why.quorum", { count: people.quorum })}` : "";
  return (
    <section>
      <h2>{t("why.people")}</h2>
      <p>
        {word("order:policy", people.policy)}
        {people.roles.length > 0 && quorum}
      </p>
      {people.roles.map((role) => (
        <Role key={role.role} role={role} />
      ))}
      {people.roles.length > 0 && people.as_of === null && (
        <p className="muted">{t("why.hidden_people")}</p>
      )}
    </section>
  );
}

function Role({ role }: { role: People["roles"][number] }) {
  const { t } = useTranslation(["order", "common"]);
  const word = useCodeWord();
  const both = useBoth();
  const names = useNames();
  const nameOf = (person: string) => names[person] ?? person;
  const asked = role.asked.map(({ person, on_behalf_of: absent }) =>
    absent
      ? `${nameOf(person)} (${t("why.on_behalf", { person: nameOf(absent) })})`
      : nameOf(person),
  );
  return (
    <article className="panel">
      <h3>{word("role", role.role)}</h3>
      <p>
        {t("why.asked")}: <strong>{asked.join(", ") || t("common:person.nobody")}</strong>
      </p>
      {role.left_out.length > 0 && (
        <>
          <p className="muted">{t("why.left_out")}</p>
          <ul>
            {role.left_out.map((each) => (
              <li key={each.person}>{both(each.sentence)}</li>
            ))}
          </ul>
        </>
      )}
    </article>
  );
}
