import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { type ActionName, DANGEROUS } from "@/actions/names";

/** An action and, where its reader may not do it now, why not. */
export interface Offered {
  name: ActionName;
  isAllowed: boolean;
  whyNot: string;
}

interface ActionListProps {
  offered: Offered[];
  isBusy: boolean;
  onChoose(name: ActionName): void;
}

/** Every action: what may be done as buttons, all others with the reason they share. */
export function ActionList({ offered, isBusy, onChoose }: ActionListProps) {
  const { t } = useTranslation("order");
  const allowed = offered.filter((each) => each.isAllowed);
  const refused = new Map<string, string[]>();
  for (const { name, isAllowed, whyNot } of offered) {
    if (!isAllowed) refused.set(whyNot, [...(refused.get(whyNot) ?? []), t(`action.${name}`)]);
  }
  return (
    <>
      {!allowed.length && <p className="muted">{t("bar.none")}</p>}
      <ul className="action-list">
        {allowed.map(({ name }) => (
          <li key={name}>
            <Button
              block
              size="large"
              danger={DANGEROUS.has(name)}
              disabled={isBusy}
              onClick={() => onChoose(name)}
            >
              {t(`action.${name}`)}
            </Button>
            <small className="muted">{t(`hint.${name}`)}</small>
          </li>
        ))}
      </ul>
      {refused.size > 0 && (
        <>
          <h3 className="action-refused">{t("bar.why_not")}</h3>
          <dl className="action-reasons">
            {[...refused].map(([whyNot, names]) => (
              <div key={whyNot}>
                <dt>{names.join(", ")}</dt>
                <dd className="muted">{whyNot}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </>
  );
}
