import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Pill } from "@/parts/Pill";
import { ordersLink } from "./links";
import { Nothing } from "./Nothing";
import type { Stuck } from "./queries";
import { useAge, useHours, useNumbers, useStuckWords } from "./words";

interface StuckWhereProps {
  stuck: readonly Stuck[];
  groupName(code: string): string;
  shown?: number;
  /** Whether the rest can be unfolded; else it is only counted. */
  canUnfold?: boolean;
}

function Line({ each, groupName }: { each: Stuck; groupName(code: string): string }) {
  const { t } = useTranslation("board");
  const words = useStuckWords(groupName);
  const age = useAge();
  const hours = useHours();
  const { number } = useNumbers();
  const { group, reason, assignee } = each;
  const { sentence, gap, request } = words(each);
  return (
    <li className="stuck">
      <span className="stuck-count numeric" data-red={each.red > 0} aria-hidden="true">
        {number(each.orders)}
      </span>
      <div>
        <Link to={ordersLink({ group, reason, assignee, sort: "urgent" })}>
          {sentence}
          {gap}
          <strong>{request}</strong>
        </Link>
        <div className="stuck-facts muted">
          {each.red > 0 && <Pill tone="bad">{t("stuck.red", { number: number(each.red) })}</Pill>}
          <span>{t("stuck.oldest", { time: age(each.oldest_raised_at) })}</span>
          <span>{t("stuck.in_all", { time: hours(each.hours) })}</span>
        </div>
      </div>
    </li>
  );
}

/** Who has to free how many orders of which obstacle, in sentences a meeting can read out. */
export function StuckWhere({ stuck, groupName, shown = 6, canUnfold = true }: StuckWhereProps) {
  const { t } = useTranslation("board");
  const { number } = useNumbers();
  const [isUnfolded, setIsUnfolded] = useState(false);
  if (!stuck.length)
    return <Nothing title={t("stuck.empty")} advice={t("stuck.empty_advice")} isGood />;
  const rest = stuck.length - shown;
  return (
    <>
      <ol className="stuck-list">
        {stuck.slice(0, isUnfolded ? undefined : shown).map((each) => (
          <Line
            key={`${each.group} ${each.reason} ${each.assignee}`}
            each={each}
            groupName={groupName}
          />
        ))}
      </ol>
      {rest > 0 && canUnfold && (
        <Button
          type="text"
          size="small"
          aria-expanded={isUnfolded}
          onClick={() => setIsUnfolded(!isUnfolded)}
        >
          {isUnfolded ? t("stuck.less") : t("stuck.more", { number: number(stuck.length) })}
        </Button>
      )}
      {rest > 0 && !canUnfold && (
        <p className="muted stuck-rest">{t("stuck.rest", { number: number(rest) })}</p>
      )}
    </>
  );
}
