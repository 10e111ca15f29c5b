import { App, Button, Drawer, Form } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { useSession } from "@/app/session";
import { useFindingWords } from "@/parts/findingWords";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { useIsPhone } from "@/parts/useIsPhone";
import { Absences } from "./Absences";
import { Meanwhile } from "./Meanwhile";
import { PersonFields } from "./PersonFields";
import { type Person, useReadAgain } from "./queries";
import { useMeanwhile } from "./useMeanwhile";

interface Fields {
  person_id?: string;
  name: string;
  email: string;
  phone: string;
  locale: string;
  superior_id?: string | null;
  approval_limit?: string | null;
  active: boolean;
  roles: { role: string; group: string }[];
}

const NOBODY: Fields = {
  name: "",
  email: "",
  phone: "",
  locale: "en",
  active: true,
  roles: [{ role: "customer_service", group: "" }],
};

/** The entries of the form that a finding may name. */
const NAMES = new Set(["name", "email", "phone", "locale", "superior_id", "approval_limit"]);
const ALL = {
  name: "name",
  email: "email",
  phone: "phone",
  locale: "locale",
  roles: "roles",
  superior_id: "superior",
  approval_limit: "limit",
  active: "active",
} as const;
const ALL_NAMES = Object.keys(ALL) as (keyof typeof ALL)[];

interface PersonDrawerProps {
  /** Whom to edit; nobody for somebody new. */
  person: Person | null;
  onClose(): void;
  onAway(person: Person): void;
}

function Editor({ person, onClose, onAway }: PersonDrawerProps) {
  const { t } = useTranslation(["people", "common"]);
  const { message } = App.useApp();
  const { session } = useSession();
  const words = useFindingWords();
  const readAgain = useReadAgain();
  const [form] = Form.useForm<Fields>();
  const meanwhile = useMeanwhile(form, person, ALL_NAMES);
  const save = api.useMutation("put", "/api/v1/people/{person_id}", {
    onSuccess(kept) {
      void message.success(t("saved", { name: kept.name }));
      void readAgain();
      onClose();
    },
    onError(error) {
      // Another saved meanwhile: what they wrote is brought in beside what was typed here.
      if (asProblem(error).status === 409) void readAgain();
      const wrong = asProblem(error).findings.filter(({ field }) => NAMES.has(field));
      form.setFields(
        wrong.map((finding) => ({
          name: finding.field as keyof Fields,
          errors: [words(finding)],
        })),
      );
    },
  });
  const submit = ({ person_id, ...fields }: Fields) => {
    if (save.isPending) return;
    const body = {
      ...fields,
      superior_id: fields.superior_id ?? null,
      approval_limit: fields.approval_limit?.trim() || null,
      version: person?.version ?? "",
    };
    save.mutate({ params: { path: { person_id: person?.person_id ?? person_id ?? "" } }, body });
  };
  return (
    <>
      <Form form={form} layout="vertical" initialValues={person ?? NOBODY} onFinish={submit}>
        <PersonFields
          personId={person?.person_id ?? ""}
          isNew={person === null}
          isOwn={person?.person_id === session.person_id}
        />
      </Form>
      {save.error && <ProblemAlert error={save.error} />}
      <Meanwhile fields={meanwhile.map((name) => t(`field.${ALL[name]}`))} />
      <div className="person-buttons">
        <Button onClick={onClose}>{t("common:form.cancel")}</Button>
        <Button type="primary" loading={save.isPending} onClick={form.submit}>
          {t("common:form.save")}
        </Button>
      </div>
      {person && (
        <section className="person-away">
          <div className="person-away-head">
            <h3>{t("absence.heading")}</h3>
            <Button size="small" onClick={() => onAway(person)}>
              {t("absence.add")}
            </Button>
          </div>
          <Absences absences={person.absences} canCancel />
        </section>
      )}
    </>
  );
}

/** A person as an administrator keeps them. */
export function PersonDrawer(props: PersonDrawerProps) {
  const { t } = useTranslation("people");
  const isPhone = useIsPhone();
  const { person } = props;
  return (
    <Drawer
      open
      title={person ? person.name : t("new")}
      size={isPhone ? "100%" : 520}
      onClose={props.onClose}
    >
      <Editor key={person?.person_id ?? "new"} {...props} />
    </Drawer>
  );
}
