"""Webhook subscriptions of one shop: are they there, and do they point at us?

After eight deliveries in vain Shopify removes a subscription that was made through the Admin API.
Shopify signs every webhook with the client secret of the app, so none is sent from here; a
subscription belongs to the app that made it, so each one we see is ours to change.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from channels.errors import ChannelRefused
from channels.port import Subscriptions
from channels.shopify.answers import PageInfo, read_answer
from channels.shopify.graphql import GraphqlEndpoint, UserError, refuse_if
from channels.shopify.topics import WANTED

SUBSCRIPTIONS = """
query WebhookSubscriptions($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri format includeFields filter }
    pageInfo { hasNextPage endCursor }
  }
}
"""
CREATE_SUBSCRIPTION = """
mutation CreateSubscription($topic: WebhookSubscriptionTopic!, $given: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $given) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""
UPDATE_SUBSCRIPTION = """
mutation UpdateSubscription($id: ID!, $given: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $given) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""


class _Subscription(BaseModel):
    id: str
    topic: str
    uri: str = ""
    format: str = "JSON"
    includeFields: list[str] = []
    filter: str | None = None

    def serves(self, address: str) -> bool:
        """Tell whether whole bodies of all orders come to the address, or to any if it is empty."""
        whole = self.format == "JSON" and not self.includeFields and not self.filter
        return whole and (not address or self.uri == address)


class _Page(BaseModel):
    nodes: list[_Subscription] = []
    pageInfo: PageInfo = PageInfo()


class _ListAnswer(BaseModel):
    webhookSubscriptions: _Page


class _Changed(BaseModel):
    userErrors: list[UserError] = []


class _CreateAnswer(BaseModel):
    webhookSubscriptionCreate: _Changed


class _UpdateAnswer(BaseModel):
    webhookSubscriptionUpdate: _Changed


def mend_subscriptions(graphql: GraphqlEndpoint, address: str) -> Subscriptions:
    """Create what is missing and correct what points elsewhere; empty `address` only looks.

    A topic that the shop refuses (a scope the app lacks) stays amiss and stops no other.
    Raises ChannelThrottled and ChannelUnavailable; repeating the call goes on where it ended.
    """
    known: dict[str, list[_Subscription]] = {}
    for each in _listed(graphql):
        known.setdefault(each.topic, []).append(each)
    amiss, mended = [], []
    for topic in WANTED:
        there = known.get(_enum(topic), [])
        if any(each.serves(address) for each in there):
            continue
        amiss.append(topic)
        if address and _is_mended(graphql, topic, there, address):
            mended.append(topic)
    return Subscriptions(tuple(amiss), tuple(mended))


def _listed(graphql: GraphqlEndpoint) -> Iterator[_Subscription]:
    after: str | None = None
    while True:
        answer = read_answer(_ListAnswer, graphql.run(SUBSCRIPTIONS, {"after": after}))
        page = answer.webhookSubscriptions
        yield from page.nodes
        following = page.pageInfo.endCursor
        if not page.pageInfo.hasNextPage or not following or following == after:
            return
        after = following


def _is_mended(
    graphql: GraphqlEndpoint, topic: str, there: list[_Subscription], address: str
) -> bool:
    try:
        if there:
            _update(graphql, there[0], address)
        else:
            _create(graphql, topic, address)
    except ChannelRefused:
        return False
    return True


def _create(graphql: GraphqlEndpoint, topic: str, address: str) -> None:
    given = {"uri": address, "format": "JSON"}
    data = graphql.run(CREATE_SUBSCRIPTION, {"topic": _enum(topic), "given": given})
    errors = read_answer(_CreateAnswer, data).webhookSubscriptionCreate.userErrors
    # A former attempt whose answer was lost.
    refuse_if([error for error in errors if "already been taken" not in error.message])


def _update(graphql: GraphqlEndpoint, known: _Subscription, address: str) -> None:
    given: dict[str, Any] = {"uri": address, "format": "JSON", "includeFields": [], "filter": ""}
    data = graphql.run(UPDATE_SUBSCRIPTION, {"id": known.id, "given": given})
    refuse_if(read_answer(_UpdateAnswer, data).webhookSubscriptionUpdate.userErrors)


def _enum(topic: str) -> str:
    return topic.upper().replace("/", "_")
