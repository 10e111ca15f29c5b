"""The carrier: parcels travel, arrive and are reported; some are lost and nobody says so."""

from random import Random

from simulator.behaviour import CarrierTable
from simulator.documents import Document, Documents
from simulator.errands import Errands, errand

PARCELS = "carrier.parcels"


class Carrier:
    """Takes parcels over from warehouses; what its customers then do is drawn as well."""

    def __init__(
        self, errands: Errands, documents: Documents, table: CarrierTable, seed: int
    ) -> None:
        self._errands = errands
        self._documents = documents
        self._table = table
        self._seed = seed

    def take(self, order_id: str, number: str, tracking_number: str) -> None:
        """Take a parcel on its way, once per tracking number; `number` is the order's."""
        if self._documents.get(PARCELS, tracking_number) is not None:
            return
        rng = Random(f"{self._seed}:carrier:{number}:{tracking_number}")
        is_lost = rng.random() < self._table.lost
        parcel = {"order_id": order_id, "lost": is_lost}
        self._documents.put(PARCELS, tracking_number, parcel)
        if not is_lost:
            self._errands.add(
                errand(
                    "logistics",
                    order_id,
                    "deliveries",
                    {"tracking_number": tracking_number},
                    rng.uniform(*self._table.travel),
                    self._aftermath(order_id, rng),
                )
            )

    def _aftermath(self, order_id: str, rng: Random) -> list[Document]:
        luck = rng.random()
        if luck < self._table.objects:
            body = {"reason": "DELIVERY_FAILED", "note": "The box was empty, says the customer."}
            return [errand("customer_service", order_id, "objections", body, 2.0, [])]
        if luck < self._table.objects + self._table.returns:
            body = {"note": "Sent back unopened by the customer."}
            return [errand("customer_service", order_id, "returns", body, rng.uniform(2, 20), [])]
        return []
