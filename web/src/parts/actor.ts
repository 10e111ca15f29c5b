import { useTranslation } from "react-i18next";
import i18n from "@/i18n";
import { useCodeWord } from "@/i18n/code";
import { useNames } from "./names";

/** Says who acts without being a person: a channel, the system, the warehouse, a role. */
export function useActorWord(): (actor: string) => string {
  const { t } = useTranslation();
  const word = useCodeWord();
  return (actor) => {
    const [kind = "", of = ""] = actor.split(":");
    if (kind === "channel") return t("person.channel", { channel: word("channel", of) });
    return i18n.exists(`person.${kind}`) ? word("person", kind) : word("role", actor);
  };
}

/** The same for everybody: persons by their name. */
export function useActorName(): (actor: string) => string {
  const word = useActorWord();
  const names = useNames();
  return (actor) => names[actor] ?? word(actor);
}
