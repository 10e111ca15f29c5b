import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bodyOf } from "@/actions/bodies";
import { calledOf, type OrderDetail } from "@/actions/detail";
import { type ActionName, DANGEROUS, type Intent, ONE_TAP, PATHS } from "@/actions/names";
import { useNotice } from "@/actions/notice";
import { useAct } from "@/actions/send";
import { api } from "@/api/client";
import { MoreOutlined } from "@/parts/icons";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { Sheet } from "@/parts/Sheet";
import { useIsPhone } from "@/parts/useIsPhone";
import { ActionList, type Offered } from "./ActionList";

/** What moves the order on comes first, what ends it last. */
const ORDER: ActionName[] = [
  "confirm",
  "approve",
  "group",
  "ship",
  "deliver",
  "release",
  "reject",
  "return_to_submitter",
  "amend",
  "urge",
  "hold",
  "add_signer",
  "transfer",
  "withdraw",
  "copy",
  "object",
  "return",
  "cancel",
];
const MOVES_ON: ReadonlySet<ActionName> = new Set(ORDER.slice(0, 6));

function useOffered(orderId: string) {
  const { i18n } = useTranslation();
  const isChinese = i18n.resolvedLanguage === "zh";
  const { data, error } = api.useQuery("get", "/api/v1/orders/{order_id}/actions", {
    params: { path: { order_id: orderId } },
  });
  const offered: Offered[] = (data?.actions ?? [])
    .filter((each) => each.action in PATHS)
    .map((each) => ({
      name: each.action as ActionName,
      isAllowed: each.allowed,
      whyNot: isChinese ? each.why_not_zh : each.why_not_en,
    }))
    .sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
  return { offered, error, isLoading: !data && !error };
}

interface ActionBarProps {
  order: OrderDetail;
  /** An action for which something has to be typed. */
  onAsk(name: ActionName, holdId?: string): void;
}

/** What its reader may do to the order: a bar, on a phone at the thumb, and all of it in a sheet. */
export function ActionBar({ order, onAsk }: ActionBarProps) {
  const { t } = useTranslation("order");
  const isPhone = useIsPhone();
  const [isOpen, setIsOpen] = useState(false);
  const { offered, error, isLoading } = useOffered(order.order.order_id);
  const act = useAct();
  const { say, fail } = useNotice();
  // What the order says and its reader does not see can't be changed by them.
  const allowed = offered.filter(
    ({ name, isAllowed }) => isAllowed && (name !== "amend" || order.content !== null),
  );
  // To pick a group is the next step only for an order that has none.
  const first = allowed.filter(({ name }) => name !== "group" || !order.progress?.group);

  const choose = (name: ActionName) => {
    setIsOpen(false);
    if (!ONE_TAP.has(name)) return onAsk(name);
    if (act.isPending) return;
    const number = calledOf(order.order);
    const body = bodyOf(name, {}, order.content_hash);
    const intent: Intent = { name, orderId: order.order.order_id, number, body };
    act.mutate(intent, {
      onSuccess: (answer) => say(intent, answer),
      onError: (refusal) => fail(refusal, number),
    });
  };

  if (error) return <ProblemAlert error={error} />;
  const shown = first.slice(0, isPhone ? 2 : 5);
  return (
    <div className="action-bar" role="toolbar" aria-label={t("bar.label")} aria-busy={isLoading}>
      {shown.map(({ name }, place) => (
        <Button
          key={name}
          size={isPhone ? "large" : "middle"}
          type={place === 0 && MOVES_ON.has(name) ? "primary" : "default"}
          danger={DANGEROUS.has(name)}
          loading={act.isPending && act.variables?.name === name}
          disabled={act.isPending}
          onClick={() => choose(name)}
        >
          {t(`action.${name}`)}
        </Button>
      ))}
      {!isLoading && !shown.length && <span className="muted">{t("bar.none")}</span>}
      {offered.length > 0 && (
        <Button
          size={isPhone ? "large" : "middle"}
          icon={<MoreOutlined />}
          onClick={() => setIsOpen(true)}
        >
          {t("bar.more")}
        </Button>
      )}
      <Sheet open={isOpen} title={t("bar.all")} onClose={() => setIsOpen(false)}>
        <ActionList offered={offered} isBusy={act.isPending} onChoose={choose} />
      </Sheet>
    </div>
  );
}
