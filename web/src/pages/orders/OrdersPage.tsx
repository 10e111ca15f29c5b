import { keepPreviousData, useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { download } from "@/api/request";
import { languageNow } from "@/i18n";
import { EmptyState } from "@/parts/EmptyState";
import { DownloadOutlined } from "@/parts/icons";
import { Loading } from "@/parts/Loading";
import { PageTitle } from "@/parts/PageTitle";
import { ProblemAlert } from "@/parts/ProblemAlert";
import { useIsPhone } from "@/parts/useIsPhone";
import { ColumnChoice } from "./ColumnChoice";
import { useColumns } from "./columns";
import { FilterBar } from "./FilterBar";
import { type Filters, queryOf, useFilters } from "./filters";
import { OrderCards } from "./OrderCards";
import { OrderTable } from "./OrderTable";
import "./orders.css";

const PAGE = 50;

function Export({ filters }: { filters: Filters }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { mutate, isPending } = useMutation({
    mutationFn: () => {
      const asked = new URLSearchParams({ lang: languageNow() });
      for (const [name, value] of Object.entries(queryOf(filters))) asked.set(name, String(value));
      return download(`/api/v1/orders/export.xlsx?${asked}`, "orders.xlsx");
    },
    onError: (error) => message.error(asProblem(error).detailNow),
  });
  return (
    <Button icon={<DownloadOutlined />} loading={isPending} onClick={() => mutate()}>
      {t("form.export")}
    </Button>
  );
}

/** All orders that one may see: searched, filtered, sorted, and taken away as a workbook. */
export default function OrdersPage() {
  const { t } = useTranslation("orders");
  const isPhone = useIsPhone();
  const { filters, change, reset } = useFilters();
  const [columns, setColumns] = useColumns();
  const query = api.useInfiniteQuery(
    "get",
    "/api/v1/orders",
    { params: { query: { ...queryOf(filters), limit: PAGE } } },
    {
      initialPageParam: null,
      getNextPageParam: (page) => page.next_cursor,
      placeholderData: keepPreviousData,
    },
  );
  const orders = query.data?.pages.flatMap((page) => page.orders) ?? [];
  const isFiltered = Object.keys(filters).some((name) => name !== "sort");

  return (
    <div className="orders">
      <PageTitle
        title={t("title")}
        actions={
          <>
            {!isPhone && <ColumnChoice chosen={columns} onChange={setColumns} />}
            <Export filters={filters} />
          </>
        }
      />
      <FilterBar filters={filters} onChange={change} onReset={reset} />
      {query.error && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Loading rows={14} />}
      {query.data && !orders.length && (
        <EmptyState
          title={t(isFiltered ? "none_match" : "none")}
          advice={t(isFiltered ? "none_match_advice" : "none_advice")}
          action={isFiltered && <Button onClick={reset}>{t("reset")}</Button>}
        />
      )}
      {orders.length > 0 && (
        <div aria-busy={query.isPlaceholderData} className="orders-found">
          {isPhone ? (
            <OrderCards orders={orders} />
          ) : (
            <OrderTable orders={orders} columns={columns} />
          )}
        </div>
      )}
      {query.hasNextPage && (
        <Button
          block
          size="large"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
    </div>
  );
}
