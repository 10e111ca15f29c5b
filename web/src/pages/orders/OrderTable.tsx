import { Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { calledOf } from "@/actions/detail";
import { Cell, type Column, isRight, type Summary, WIDTHS } from "./columns";

interface OrderTableProps {
  orders: Summary[];
  columns: Column[];
}

export function OrderTable({ orders, columns }: OrderTableProps) {
  const { t } = useTranslation("orders");
  return (
    <Table<Summary>
      size="small"
      rowKey="order_id"
      dataSource={orders}
      pagination={false}
      sticky={{ offsetHeader: 52 }}
      scroll={{ x: WIDTHS.number + columns.reduce((sum, each) => sum + WIDTHS[each], 0) }}
      rowClassName={(order) => (order.flags.includes("red") ? "order-row-red" : "")}
      columns={[
        {
          key: "number",
          title: t("column.number"),
          width: WIDTHS.number,
          fixed: "left",
          render: (_, order) => (
            <Link to={`/orders/${order.order_id}`} className="order-number">
              {calledOf(order)}
            </Link>
          ),
        },
        ...columns.map((column) => ({
          key: column,
          title: t(`column.${column}`),
          width: WIDTHS[column],
          align: isRight(column) ? ("right" as const) : ("left" as const),
          render: (_: unknown, order: Summary) => <Cell column={column} order={order} />,
        })),
      ]}
    />
  );
}
