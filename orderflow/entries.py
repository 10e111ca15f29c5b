"""Commands that add entries: keys, shops, stock, credit and rates."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from channels.registry import CHANNELS
from database import credit, customers, fx, people, shops, stock
from domain.money import BASE_CURRENCY, is_currency
from orderflow.absence_entries import absences_app
from orderflow.backtesting import proofs
from orderflow.calendar_entries import calendars_app
from orderflow.console import out
from orderflow.entry_transaction import EntryCommands, EntryError, amount_of, transaction
from orderflow.people_entries import groups_app, users
from orderflow.rules import rules_app
from orderflow.setup import new_key

rules_app.add_typer(proofs)
keys, shop, stock_levels, credits, rates = (
    typer.Typer(cls=EntryCommands, no_args_is_help=True) for _ in "12345"
)
GROUPS = {
    "users": users,
    "groups": groups_app,
    "absences": absences_app,
    "calendars": calendars_app,
    "keys": keys,
    "shops": shop,
    "stock": stock_levels,
    "credit": credits,
    "rates": rates,
    "rules": rules_app,
}


@keys.command("add")
def add_key(
    person_id: Annotated[str, typer.Argument(help="whose key 人员编号")],
    label: Annotated[str, typer.Option(help="what it is for 用途")] = "cli",
) -> None:
    """Make an API key for a person; it is shown once. 生成接口密钥,仅显示一次。"""
    key, digest = new_key()
    with transaction("key_added", {"person_id": person_id, "label": label}) as c:
        people.add_key(c, person_id, digest, label)
    out.print(key, highlight=False)


@shop.command("add")
def add_shop(
    channel: Annotated[str, typer.Argument(help="shopify | storefront")],
    name: Annotated[str, typer.Argument(help="shop, e.g. my-store 店铺")],
    secret: Annotated[
        str, typer.Option(help="webhook secret 签名密钥", prompt=True, hide_input=True)
    ],
    base_url: Annotated[
        str | None, typer.Option(help="where to write back; '' is nowhere 回写地址")
    ] = None,
    token: Annotated[str | None, typer.Option(help="credential for writing back 回写凭证")] = None,
) -> None:
    """Add or change a shop; its former secret stays valid beside the new one. 添加或更新店铺。"""
    if channel not in CHANNELS:
        raise EntryError(
            f"There is no channel {channel!r}; use one of {', '.join(CHANNELS)}.",
            f"没有渠道 {channel!r},可用渠道:{', '.join(CHANNELS)}。",
        )
    with transaction("shop_saved", {"channel": channel, "shop": name}) as c:
        known = shops.find(c, channel, name) or shops.Shop(channel, name, ())
        shops.save(
            c,
            replace(
                known,
                secrets=tuple(dict.fromkeys((secret, *known.secrets[:1]))),
                base_url=known.base_url if base_url is None else base_url,
                access_token=known.access_token if token is None else token,
            ),
        )
    out.print(f"POST /webhooks/{channel}/{name}")


@stock_levels.command("set")
def set_stock(
    warehouse: Annotated[str, typer.Argument(help="e.g. lax 仓库")],
    sku: Annotated[str, typer.Argument()],
    quantity: Annotated[int, typer.Argument(min=0, help="pieces on hand 现有数量")],
) -> None:
    """Set how many pieces a warehouse has. 设置库存。"""
    detail = {"warehouse": warehouse, "sku": sku, "quantity": str(quantity)}
    with transaction("stock_set", detail) as c:
        stock.set_on_hand(c, warehouse, sku, quantity)
    out.print(f"{warehouse} {sku}: {quantity}")


@credits.command("set")
def set_credit(
    channel: Annotated[str, typer.Argument(help="channel of the customer 渠道")],
    shop_name: Annotated[str, typer.Argument(metavar="SHOP", help="shop 店铺")],
    customer: Annotated[str, typer.Argument(help="the shop's customer id 客户编号")],
    limit: Annotated[str, typer.Argument(help=f"limit in {BASE_CURRENCY} 信用额度")],
) -> None:
    """Set the credit limit of a customer who has ordered before. 设置客户信用额度。"""
    amount = amount_of(limit)
    detail = {"channel": channel, "shop": shop_name, "limit": limit}
    with transaction("credit_set", detail) as c:
        customer_id = customers.find(c, channel, shop_name, customer)
        if customer_id is None:
            raise EntryError(
                f"{channel}/{shop_name} has no customer {customer!r} yet.",
                f"{channel}/{shop_name} 中尚无客户 {customer!r}。",
            )
        credit.set_limit(c, customer_id, amount)
    out.print(f"{customer}: {amount} {BASE_CURRENCY}")


@rates.command("set")
def set_rate(
    currency: Annotated[str, typer.Argument(help="ISO 4217, e.g. USD 币种")],
    rate: Annotated[str, typer.Argument(help=f"{BASE_CURRENCY} per unit 汇率")],
    valid_from: Annotated[str, typer.Option(help="date, today by default 生效日期")] = "",
) -> None:
    """Set an exchange rate from a day on. 设置汇率。"""
    code = currency.upper()
    if not is_currency(code):
        raise EntryError(f"{currency!r} is no currency in use.", f"{currency!r} 不是有效币种。")
    since = date.fromisoformat(valid_from) if valid_from else datetime.now(UTC).date()
    entry = fx.Rate(f"{code}-{BASE_CURRENCY}-{since}", code, BASE_CURRENCY, amount_of(rate), since)
    with transaction("rate_set", {"rate_id": entry.rate_id, "rate": rate}) as c:
        fx.save(c, entry)
    out.print(f"1 {code} = {rate} {BASE_CURRENCY} ({since})")
