import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useIsPhone } from "@/parts/useIsPhone";
import { groupOf, NO_GROUP } from "./links";
import type { Group } from "./queries";
import { useGroupName } from "./words";

const ALL = "all";
/** More do not fit beside each other. */
const MOST_SEGMENTS = 5;

/** Whose orders the board shows, kept in the address; nothing where there is no choice. */
export function GroupFilter({ groups }: { groups: readonly Group[] }) {
  const { t } = useTranslation(["board", "common"]);
  const groupName = useGroupName(groups);
  const isPhone = useIsPhone();
  const [search, setSearch] = useSearchParams();
  if (groups.length < 2) return null;
  const options = [
    { value: ALL, label: t("common:group.all") },
    ...groups.map(({ code }) => ({ value: code || NO_GROUP, label: groupName(code) })),
  ];
  const group = groupOf(search);
  const value = group === undefined ? ALL : group || NO_GROUP;
  const choose = (next: string) => {
    const params = new URLSearchParams(search);
    if (next === ALL) params.delete("group");
    else params.set("group", next);
    setSearch(params, { replace: true });
  };
  const shared = { value, options, onChange: choose, "aria-label": t("group") };
  return isPhone || options.length > MOST_SEGMENTS ? (
    <Select {...shared} popupMatchSelectWidth={false} />
  ) : (
    <Segmented {...shared} name="group" />
  );
}
