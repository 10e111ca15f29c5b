"""The shops' side: polled at once when somebody asks, kept back and let in again by hand."""

import uuid

import pytest
from playwright.async_api import expect

from database import shops
from tests.web.acts import dialog
from tests.web.office import Desks

pytestmark = [pytest.mark.asyncio(loop_scope="session")]


async def test_a_shop_is_polled_at_once_and_the_page_says_what_came_of_it(desks: Desks) -> None:
    shop = f"polled-{uuid.uuid4().hex[:6]}"

    def register() -> None:
        # Nobody listens there, so the poll fails and says so.
        with desks.running.engine.begin() as c:
            shops.save(c, shops.Shop("shopify", shop, ("secret",), "http://127.0.0.1:9", "token"))

    await desks.meanwhile(register)
    page = await desks.at("service", "/channels")
    card = page.get_by_role("article", name=f"shopify {shop}")
    await card.get_by_role("button", name="Sync now").click()
    await expect(page.get_by_text(f"{shop} is being polled")).to_be_visible()
    refresh = page.get_by_role("button", name="Refresh")
    await refresh.click()
    await expect(card.get_by_role("status")).to_be_visible()
    await expect(refresh).to_be_enabled()


async def test_orders_of_a_shop_are_kept_back_by_hand_and_let_in_again(desks: Desks) -> None:
    page = await desks.at("service", "/channels")
    card = page.get_by_role("article", name="storefront test-shop")
    await card.get_by_role("button", name="Keep orders back").click()
    await dialog(page).get_by_role("button", name="Keep orders back").click()
    await expect(card.get_by_text("Open: orders are kept back")).to_be_visible()
    await expect(card.locator(".channel-breaker")).to_contain_text("service")
    number = await desks.meanwhile(desks.running.order)
    await expect(card.get_by_text("1 message is parked.")).to_be_visible()
    await card.get_by_role("button", name="Let orders in").click()
    await expect(card.get_by_text("Closed: orders come in")).to_be_visible()
    assert await desks.meanwhile(lambda: desks.running.order_id(number))
