import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { components } from "@/generated/api";
import { useDuration } from "@/parts/duration";
import { CopyOutlined } from "@/parts/icons";
import { Loading } from "@/parts/Loading";
import { ProblemAlert } from "@/parts/ProblemAlert";

type Answer = components["schemas"]["AnswerView"];

/** Copies also where the page is not served over https and the clipboard is out of reach. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    return isCopied;
  }
}

function Usual({ usual }: { usual: NonNullable<Answer["usual"]> }) {
  const { t } = useTranslation("order");
  const duration = useDuration();
  const left = usual.left_seconds
    ? t("answer.left", { time: duration(usual.left_seconds) })
    : t("answer.passed");
  return (
    <p className="muted answer-usual">
      {t("answer.usual", {
        p50: duration(usual.p50_seconds),
        p90: duration(usual.p90_seconds),
        count: usual.sample,
      })}
      {" · "}
      {left}
    </p>
  );
}

/** What may be told the customer as it is, in both languages. */
export function CustomerAnswer({ orderId }: { orderId: string }) {
  const { t, i18n } = useTranslation("order");
  const { message } = App.useApp();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/orders/{order_id}/answer", {
    params: { path: { order_id: orderId } },
  });
  const copyText = async (text: string) => {
    const isCopied = await copy(text);
    message[isCopied ? "success" : "error"](t(isCopied ? "answer.copied" : "answer.failed"));
  };
  const isChinese = i18n.resolvedLanguage === "zh";
  const texts = data
    ? [
        { lang: "en", text: data.text_en, label: t("answer.copy_en") },
        { lang: "zh-CN", text: data.text_zh, label: t("answer.copy_zh") },
      ]
    : [];
  const shown = isChinese ? texts.toReversed() : texts;
  return (
    <section className="panel answer" aria-labelledby="answer-title">
      <h2 id="answer-title">{t("answer.title")}</h2>
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading rows={4} />}
      {shown.map(({ lang, text, label }, place) => (
        <div key={lang} className="answer-text" data-second={place > 0}>
          <p lang={lang}>{text}</p>
          <Button
            size="small"
            icon={<CopyOutlined />}
            lang={lang}
            onClick={() => void copyText(text)}
          >
            {label}
          </Button>
        </div>
      ))}
      {data?.usual && <Usual usual={data.usual} />}
    </section>
  );
}
