"""When the played staff gets to what: in time, late, after a reminder, or never."""

from random import Random
from typing import Any, cast

import pytest

from simulator.behaviour import Habit, StaffTable
from simulator.carrier import Carrier
from simulator.config import PlayedPerson, PlayedRole
from simulator.orderflow_api import OrderflowApi
from simulator.staff import Staff, _Intent
from simulator.staff_work import NOTHING_DONE, Job, StaffWork


class KnowsEverything:
    def knows(self, kind: str) -> bool:
        return kind != "follow_delivery"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def person(person_id: str, role: str, group: str = "") -> PlayedPerson:
    roles = (PlayedRole(role=role, group=group),)
    return PlayedPerson(person_id=person_id, api_key=person_id, roles=roles)


MEI, ANNA = person("mei", "customer_service"), person("anna", "customer_service")
LI = person("li", "regional_manager")


def task(number: int = 1, **changes: Any) -> dict[str, Any]:
    facts = {"order_id": f"ord_{number}", "key": "k", "kind": "confirm", "group": "eu"}
    order = {"channel": "shopify", "external_id": str(number), "red": False}
    return facts | order | {"role": "customer_service", "people": []} | changes


@pytest.fixture
def clock() -> Clock:
    return Clock()


def staff(clock: Clock, **habit: Any) -> Staff:
    values = {"usual": (5, 5), "late": (50, 50)} | habit
    table = StaffTable(habits={"confirm": Habit(**values)}, heeds_reminder=1.0)
    work = cast(StaffWork, KnowsEverything())
    return Staff((MEI, ANNA, LI), cast(OrderflowApi, None), work, table, 1, clock)


def due_at(house: Staff, clock: Clock, *instants: float) -> list[int]:
    found = []
    for clock.now in instants:
        found.append(len(house._due()))
    return found


def test_a_task_is_done_when_its_time_has_come_and_once(clock: Clock) -> None:
    house = staff(clock)
    for each in (MEI, ANNA):
        house.notice(each, [task()])
    assert due_at(house, clock, 4.9, 5.0, 6.0) == [0, 1, 0]


def test_colleagues_share_the_work_and_never_do_it_twice(clock: Clock) -> None:
    house = staff(clock)
    tasks = [task(number) for number in range(40)]
    for each in (MEI, ANNA, LI):
        house.notice(each, tasks)
    clock.now = 5.0
    doers = [intent.person.person_id for intent in house._due()]
    assert len(doers) == 40
    assert set(doers) == {"mei", "anna"}


def test_a_named_person_is_the_only_one_to_do_it(clock: Clock) -> None:
    house = staff(clock)
    named = task(people=["li", "somebody-else"], role="finance")
    house.notice(MEI, [named])
    house.notice(LI, [named])
    clock.now = 5.0
    assert [intent.person for intent in house._due()] == [LI]


def test_a_late_person_comes_after_the_limit_and_another_never(clock: Clock) -> None:
    late, never = staff(clock, late_share=1.0), staff(clock, never_share=1.0)
    for house in (late, never):
        for each in (MEI, ANNA):
            house.notice(each, [task()])
    assert due_at(late, clock, 49.0, 50.0) == [0, 1]
    assert due_at(never, clock, 1e9) == [0]


def test_whoever_forgot_gets_to_it_when_the_limit_has_passed(clock: Clock) -> None:
    house = staff(clock, never_share=1.0)
    for each in (MEI, ANNA):
        house.notice(each, [task()])
    clock.now = 40.0
    for each in (MEI, ANNA):
        house.notice(each, [task(red=True)])
    assert due_at(house, clock, 43.9, 56.0) == [0, 1]


def test_what_is_off_the_list_is_forgotten(clock: Clock) -> None:
    house = staff(clock)
    for each in (MEI, ANNA):
        house.notice(each, [task()])
    clock.now = 4.0
    for each in (MEI, ANNA):
        house.notice(each, [])
    assert due_at(house, clock, 60.0) == [0]


def test_what_did_not_work_is_tried_again_but_not_for_ever(clock: Clock) -> None:
    house = staff(clock)
    tries = 0
    for second in range(300):
        clock.now = float(second)
        for each in (MEI, ANNA):
            house.notice(each, [task()])
        tries += len(house._due())
    assert tries == 6


class Held:
    """An orderflow in which one order is held, anew after every release, until it is called off."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        self.acts: list[str] = []
        self.called_off: list[str] = []

    async def order(self, person: PlayedPerson, order_id: str) -> dict[str, Any]:
        number = len(self.acts)
        return {"holds": [{"id": f"h{number}", "reason": "CHANNEL_SYNC", "detail": self.detail}]}

    async def act(
        self, person: PlayedPerson, order_id: str, action: str, body: object, key: str
    ) -> int:
        self.acts.append(action)
        return 200


async def resolve(held: Held, channel: str) -> list[int]:
    api, carrier = cast(OrderflowApi, held), cast(Carrier, None)
    table = StaffTable(hold_answers={"other": {"release": 1.0}})
    work = StaffWork(api, carrier, table, (ANNA,), held.called_off.append)
    found = []
    for number in range(3):
        hold = task(kind="resolve_hold", channel=channel, hold_id=f"h{len(held.acts)}")
        found.append(await work.do(Job(ANNA, hold | {"key": str(number)}, 1, Random(1))))  # noqa: S311
    return found


async def test_a_release_that_the_shop_refuses_again_is_not_repeated_but_left_to_a_lead() -> None:
    held = Held("NOT_FULFILLABLE")
    assert await resolve(held, "shopify") == [200, NOTHING_DONE, NOTHING_DONE]
    assert held.acts == ["holds/h0/release"]


async def test_what_amazon_has_no_call_for_is_done_there_by_hand() -> None:
    held = Held("NOT_SUPPORTED")
    assert (await resolve(held, "amazon"))[0] == 200
    assert held.called_off[0] == "1"


def test_the_same_seed_gives_the_same_delays(clock: Clock) -> None:
    def delays(seed: int) -> list[float]:
        table = StaffTable(habits={"confirm": Habit(usual=(1, 9), late=(20, 30), late_share=0.3)})
        work = cast(StaffWork, KnowsEverything())
        house = Staff((MEI, ANNA), cast(OrderflowApi, None), work, table, seed, Clock())
        for each in (MEI, ANNA):
            house.notice(each, [task(n) for n in range(20)])
        intents: list[_Intent] = list(house._intents.values())
        return sorted(intent.at for intent in intents)

    assert delays(1) == delays(1) != delays(2)
