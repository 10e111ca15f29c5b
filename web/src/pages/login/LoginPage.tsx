import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Divider } from "antd";
import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import { fetchSignInOptions, oidcStart } from "@/api/session";
import { LanguageSwitch } from "@/app/LanguageSwitch";
import { useSessionState } from "@/app/session";
import { ThemeSwitch } from "@/app/ThemeSwitch";
import { Loading } from "@/parts/Loading";
import { useTabTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { DemoPeople } from "./DemoPeople";
import "./login.css";
import { PasswordForm } from "./PasswordForm";
import { problemWords } from "./problems";

/** Only a path of this app: an address elsewhere must not be a place to be sent to. */
function safeNext(next: string | null): string {
  return next?.startsWith("/") && !/^\/[/\\]/.test(next) ? next : "/";
}

export default function LoginPage() {
  const { t } = useTranslation("login");
  const [search] = useSearchParams();
  const { session } = useSessionState();
  const options = useQuery({ queryKey: ["sign-in-options"], queryFn: fetchSignInOptions });
  const next = safeNext(search.get("next"));
  useTabTitle(t("title"));
  const problem = search.get("problem");
  if (session) return <Navigate to={next} replace />;
  const { oidc = null, demo_people: people = [] } = options.data ?? {};
  return (
    <div className="login">
      <header className="login-tools">
        <LanguageSwitch />
        <ThemeSwitch />
      </header>
      <main className="login-card" data-wide={people.length > 0}>
        <section className="login-form">
          <div className="login-brand">
            <img src="/favicon.svg" alt="" />
            <span>orderflow</span>
          </div>
          <p className="muted">{t("slogan")}</p>
          <h1>{t("title")}</h1>
          {problem && <Alert type="warning" showIcon title={problemWords(problem, t)} />}
          {oidc && (
            <>
              <Button block type="primary" size="large" href={oidcStart(next)}>
                {t("with", { name: oidc.name })}
              </Button>
              <Divider plain>{t("or")}</Divider>
            </>
          )}
          <PasswordForm />
          {options.error && (
            <ProblemAlert error={options.error} onRetry={() => void options.refetch()} />
          )}
        </section>
        {options.isPending && <Loading rows={4} />}
        {people.length > 0 && <DemoPeople people={people} />}
      </main>
    </div>
  );
}
