import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type DemoPerson, signInAsDemo } from "@/api/session";
import { useSessionState } from "@/app/session";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { RoleNames } from "@/parts/RoleNames";

/** One card a person of the demo; a click is enough. */
export function DemoPeople({ people }: { people: DemoPerson[] }) {
  const { t } = useTranslation("login");
  const { signedIn } = useSessionState();
  const enter = useMutation({ mutationFn: signInAsDemo, onSuccess: signedIn });
  return (
    <section className="login-demo" aria-labelledby="demo-title">
      <h2 id="demo-title">{t("demo.title")}</h2>
      <p className="muted">{t("demo.advice")}</p>
      {enter.error && <ProblemAlert error={enter.error} />}
      <ul>
        {people.map((person) => (
          <li key={person.person_id}>
            <button
              type="button"
              disabled={enter.isPending}
              onClick={() => enter.mutate(person.person_id)}
            >
              <strong>{person.name}</strong>
              <RoleNames roles={person.roles} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
