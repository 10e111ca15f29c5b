import { useTranslation } from "react-i18next";
import i18n from "@/i18n";
import { useCodeWord } from "@/i18n/code";

interface PersonNameProps {
  /** A person id, a role code, "system" or nothing. */
  person: string | null | undefined;
  name?: string | null;
}

/** Who is meant: the name if it is known, a role in words, else the id. */
export function PersonName({ person, name }: PersonNameProps) {
  const { t } = useTranslation();
  const word = useCodeWord();
  if (name) return <span title={person ?? undefined}>{name}</span>;
  if (!person) return <span className="muted">{t("person.nobody")}</span>;
  if (person === "system") return <>{t("person.system")}</>;
  return <>{i18n.exists(`role.${person}`) ? word("role", person) : person}</>;
}
