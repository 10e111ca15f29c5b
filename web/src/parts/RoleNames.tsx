import { useTranslation } from "react-i18next";
import { useCodeWord } from "@/i18n/code";

interface Role {
  role: string;
  group?: string | null;
}

/** Roles in words, each with the group it holds for. */
export function RoleNames({ roles }: { roles: readonly Role[] }) {
  const { t } = useTranslation();
  const word = useCodeWord();
  const names = roles.map(({ role, group }) =>
    group ? t("role_in_group", { role: word("role", role), group }) : word("role", role),
  );
  return <span className="muted">{names.join(" · ")}</span>;
}
