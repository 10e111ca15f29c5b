import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { asProblem } from "@/api/problem";
import { download } from "@/api/request";
import { DownloadOutlined } from "@/parts/icons";
import { PageTitle } from "@/parts/PageTitle";
import { ImportDrawer } from "./ImportDrawer";
import { ImportList } from "./ImportList";
import "./imports.css";
import { SendPanel } from "./SendPanel";
import { DEFAULTS, type Options } from "./sending";

function TemplateButton() {
  const { t } = useTranslation("imports");
  const { message } = App.useApp();
  const [isBusy, setIsBusy] = useState(false);
  const fetchTemplate = async () => {
    setIsBusy(true);
    try {
      await download("/api/v1/imports/template.xlsx", "orderflow-template.xlsx");
    } catch (error) {
      void message.error(asProblem(error).detailNow);
    }
    setIsBusy(false);
  };
  return (
    <Button icon={<DownloadOutlined />} loading={isBusy} onClick={() => void fetchTemplate()}>
      {t("template")}
    </Button>
  );
}

export default function ImportsPage() {
  const { t } = useTranslation("imports");
  const { message } = App.useApp();
  const [search, setSearch] = useSearchParams();
  const [options, setOptions] = useState<Options>(DEFAULTS);
  const shown = search.get("import");
  const change = (part: Partial<Options>) => setOptions((before) => ({ ...before, ...part }));
  const open = (id: string) => setSearch({ import: id });
  const close = () => setSearch({});
  const use = (mapping: string) => {
    change({ mapping });
    close();
    void message.success(t("mapping.saved", { name: mapping }), 6);
  };
  return (
    <>
      <PageTitle title={t("title")} note={t("note")} actions={<TemplateButton />} />
      <div className="imports">
        <SendPanel options={options} onOptions={change} onSent={open} />
        <section aria-labelledby="imports-list">
          <h2 id="imports-list">{t("list.title")}</h2>
          <ImportList onOpen={open} />
        </section>
      </div>
      {shown && <ImportDrawer key={shown} importId={shown} onClose={close} onMapped={use} />}
    </>
  );
}
