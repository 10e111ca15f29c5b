import { useTranslation } from "react-i18next";
import { useActorWord } from "./actor";

interface PersonNameProps {
  /** A person id, a role code, "system", "channel:amazon" and the like, or nothing. */
  person: string | null | undefined;
  name?: string | null;
}

/** Who is meant: the name if it is known, else in words what is no person, else the id. */
export function PersonName({ person, name }: PersonNameProps) {
  const { t } = useTranslation();
  const word = useActorWord();
  if (name) return <span title={person ?? undefined}>{name}</span>;
  if (!person) return <span className="muted">{t("person.nobody")}</span>;
  return <>{word(person)}</>;
}
