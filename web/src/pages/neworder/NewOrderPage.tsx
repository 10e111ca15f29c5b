import { useTranslation } from "react-i18next";
import { PageTitle } from "@/parts/PageTitle";
import { AddressFields } from "./AddressFields";
import { CustomerFields } from "./CustomerFields";
import { LineFields } from "./LineFields";
import "./neworder.css";
import { Submitted } from "./Submitted";
import { Summary } from "./Summary";
import { TermsFields } from "./TermsFields";
import { NewOrderProvider, useNewOrderState } from "./useNewOrder";

export default function NewOrderPage() {
  const { t } = useTranslation("neworder");
  const state = useNewOrderState();
  return (
    <NewOrderProvider value={state}>
      <PageTitle title={t("title")} note={state.send.sent ? undefined : t("note")} />
      {state.send.sent ? (
        <Submitted />
      ) : (
        <div className="new-order">
          <div className="new-order-form">
            <CustomerFields />
            <AddressFields />
            <LineFields />
            <TermsFields />
          </div>
          <Summary />
        </div>
      )}
    </NewOrderProvider>
  );
}
