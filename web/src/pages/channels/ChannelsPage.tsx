import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useSession } from "@/app/session";
import { EmptyState } from "@/parts/EmptyState";
import { Loading } from "@/parts/Loading";
import { PageTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { Channel } from "./Channel";
import "./channels.css";

const EVERY_MS = 10_000;

export default function ChannelsPage() {
  const { t } = useTranslation(["channels", "common"]);
  const { can } = useSession();
  const channels = api.useQuery("get", "/api/v1/channels", {}, { refetchInterval: EVERY_MS });
  const breakers = api.useQuery(
    "get",
    "/api/v1/breakers",
    {},
    { refetchInterval: EVERY_MS, enabled: can("quarantine.read") },
  );
  // Apart from this the page asks again by itself, which is nothing to wait for.
  const [isAsked, setIsAsked] = useState(false);
  const again = async () => {
    setIsAsked(true);
    await Promise.all([channels.refetch(), can("quarantine.read") && breakers.refetch()]);
    setIsAsked(false);
  };
  const error = channels.error ?? breakers.error;
  const found = channels.data?.items;
  return (
    <>
      <PageTitle
        title={t("title")}
        note={t("note")}
        actions={
          <Button loading={isAsked} onClick={() => void again()}>
            {t("common:form.refresh")}
          </Button>
        }
      />
      {error && <ProblemAlert error={error} onRetry={() => void again()} />}
      {channels.isPending && <Loading rows={10} />}
      {found?.length === 0 && (
        <div className="channel">
          <EmptyState title={t("empty.title")} advice={t("empty.advice")} />
        </div>
      )}
      <div className="channels">
        {found?.map((each) => (
          <Channel
            key={`${each.channel} ${each.shop}`}
            found={each}
            breaker={breakers.data?.breakers.find(
              ({ channel, shop }) => channel === each.channel && shop === each.shop,
            )}
          />
        ))}
      </div>
    </>
  );
}
