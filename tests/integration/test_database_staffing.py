"""Who may sign, as Postgres answers: regions, limits, absences, delegates, circles, owners."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from database import absences, people
from database.absences import Absence
from database.refusals import Refused
from database.staffing import entitlements
from domain.approvals import Handover
from domain.staffing import StaffAnswer, StaffQuestion
from tests.integration.database_world import NOW, employ, later

DAY = timedelta(days=1)


def ask(c: Connection, *roles: str, **facts: object) -> StaffAnswer:
    values: dict[str, object] = {"amount": Decimal(5000), "group": "eu", "barred": ()}
    return entitlements(c, StaffQuestion(roles=roles, **values | facts), NOW)  # type: ignore[arg-type]


def signers(c: Connection, *roles: str, **facts: object) -> list[tuple[str, ...]]:
    return [group.people for group in ask(c, *roles, **facts).signers]


def away(c: Connection, person: str, delegate: str | None = None, days: float = 1) -> Absence:
    """Have somebody be away from a moment ago."""
    absence = Absence(person, NOW - DAY / 24, NOW + days * DAY, delegate, created_by=person)
    return absences.add(c, absence, NOW)


@pytest.fixture
def c(connection: Connection) -> Connection:
    """Some staff: two managers of different reach and limit, a director above them."""
    employ(connection, "wu", "ops_director")
    employ(connection, "li", "regional_manager", superior_id="wu", approval_limit=Decimal(10_000))
    employ(connection, "marta", "regional_manager:eu", superior_id="wu")
    employ(connection, "dan", "clerk:eu", superior_id="wu", approval_limit=Decimal(1))
    employ(connection, "nora", "regional_manager:na", superior_id="wu")
    return connection


def test_region_and_limit_decide_who_is_entitled(c: Connection) -> None:
    assert signers(c, "regional_manager") == [("li", "marta")]
    assert signers(c, "regional_manager", group="na") == [("li", "nora")]
    assert signers(c, "regional_manager", group="") == [("li", "marta", "nora")]
    assert signers(c, "regional_manager", amount=Decimal("10000.01")) == [("marta",)]
    assert signers(c, "regional_manager", barred=("marta",)) == [("li",)]
    assert ask(c, amount=None) == StaffAnswer((), {})


def test_nobody_left_is_the_tables_choice(c: Connection) -> None:
    nobody = {"group": "na", "amount": Decimal(20_000), "barred": ("nora",)}
    assert signers(c, "regional_manager", **nobody) == [("wu",)]
    assert signers(c, "regional_manager", **nobody, if_nobody="hold") == [()]
    rescued = {**nobody, "if_nobody": "rescue", "rescue": "marta"}
    assert signers(c, "regional_manager", **rescued) == [("marta",)]
    assert signers(c, "unheard_of") == [()]


def test_an_absent_signers_delegate_is_asked_in_their_place(c: Connection) -> None:
    away(c, "li", "dan")
    found = ask(c, "regional_manager")
    assert found.signers[0].people == ("dan", "marta")
    assert found.behalf == {"dan": "li"}
    over = entitlements(
        c, StaffQuestion(("regional_manager",), Decimal(5000), "eu", ()), NOW + 2 * DAY
    )
    assert (over.signers[0].people, over.behalf) == (("li", "marta"), {})


def test_a_delegate_of_the_submitter_may_not_sign_for_them(c: Connection) -> None:
    away(c, "marta", "dan")
    assert signers(c, "regional_manager", barred=("marta",)) == [("li",)]
    asked = ask(c, "regional_manager", barred=("marta",), asked=("dan", "nora"))
    assert asked.unfit == ("dan", "nora")


def test_a_handover_goes_to_somebody_fit_only(c: Connection) -> None:
    handed = (Handover("1", "li", "wu"), Handover("2", "marta", "dan"))
    found = ask(c, "regional_manager", handovers=handed)
    assert (found.signers[0].people, found.unfit) == (("marta", "wu"), ("dan",))


def test_chains_of_delegates_are_followed_over_three_people(c: Connection) -> None:
    away(c, "marta", "dan")
    away(c, "dan", "nora")
    assert ask(c, "regional_manager").behalf == {"nora": "marta"}


def test_delegates_in_a_circle_are_refused_while_their_periods_overlap(c: Connection) -> None:
    away(c, "li", "marta", days=3)
    away(c, "marta", "dan", days=2)
    with pytest.raises(Refused, match="dan → li → marta → dan") as refused:
        away(c, "dan", "li")
    assert "循环" in refused.value.message_zh
    afterwards = Absence("dan", NOW + 2 * DAY, NOW + 4 * DAY, "li", created_by="dan")
    absences.add(c, afterwards, NOW)


REFUSED = {
    "absence_period": Absence("li", later(5), later(5)),
    "absence_past": Absence("li", later(-10), later(-5)),
    "absence_delegate": Absence("li", later(5), later(10), "li"),
    "absence_person": Absence("li", later(5), later(10), "gone"),
    "absence_overlap": Absence("marta", later(5), later(10)),
}


@pytest.mark.parametrize("code", REFUSED)
def test_an_absence_that_cannot_be_is_refused_in_both_languages(c: Connection, code: str) -> None:
    employ(c, "gone", active=False)
    away(c, "marta")
    with pytest.raises(Refused) as refused:
        absences.add(c, REFUSED[code], NOW)
    assert refused.value.code == code
    assert refused.value.message_en
    assert refused.value.message_zh


def test_the_database_itself_refuses_upside_down_periods(c: Connection) -> None:
    with pytest.raises(IntegrityError, match="period"):
        c.execute(
            text(
                "INSERT INTO absences (person_id, begins_at, ends_at, note, created_by, created_at)"
                " VALUES ('li', now(), now(), '', 'li', now())"
            )
        )


def test_a_cancelled_absence_no_longer_counts(c: Connection) -> None:
    absence = away(c, "li", "dan")
    assert absences.current_and_coming(c, NOW, "li") == [absence]
    assert absences.cancel(c, absence.absence_id, NOW)
    assert absences.cancel(c, absence.absence_id, NOW) is None
    assert absences.current_and_coming(c, NOW) == []
    assert signers(c, "regional_manager") == [("li", "marta")]


def leave(c: Connection, person: str, delegate: str | None = None) -> None:
    """Have somebody be away as of the database's own clock, by which owners are chosen."""
    c.execute(
        text(
            "INSERT INTO absences (person_id, begins_at, ends_at, delegate_id, note, created_by,"
            " created_at) VALUES (:person, now() - interval '1 h', now() + interval '1 h',"
            " :delegate, '', :person, now())"
        ),
        {"person": person, "delegate": delegate},
    )


def test_who_is_there_owns_rather_than_who_is_away(c: Connection) -> None:
    employ(c, "ann", "warehouse_keeper:eu")
    employ(c, "bob", "warehouse_keeper:eu")
    employ(c, "lea", "team_lead")
    assert people.owner_of(c, "warehouse_keeper", "eu") == "ann"
    leave(c, "ann", "dan")
    assert people.owner_of(c, "warehouse_keeper", "eu") == "bob"
    assert people.owner_of(c, "ann", "eu") == "dan"
    leave(c, "bob")
    assert people.owner_of(c, "warehouse_keeper", "eu") == "dan"
    leave(c, "dan")
    assert people.owner_of(c, "warehouse_keeper", "eu") == "lea"
    assert people.owner_of(c, "ann", "eu") == "lea"


def test_somebody_away_owns_rather_than_nobody(c: Connection) -> None:
    employ(c, "lea", "team_lead")
    for person in ("dan", "lea", "li", "marta", "nora", "wu"):
        leave(c, person)
    assert people.owner_of(c, "clerk", "eu") == "dan"
    assert people.owner_of(c, "finance", "eu") == "lea"
    assert people.owner_of(c, "nora", "eu") == "nora"


def test_a_named_task_is_the_first_ones_who_is_there(c: Connection) -> None:
    def assignee(*named: str) -> str:
        statement = text("SELECT assignee_of(:named, 'ops_director', 'eu')")
        return str(c.execute(statement, {"named": list(named)}).scalar_one())

    employ(c, "gone", active=False)
    assert assignee("li", "marta") == "li"
    leave(c, "li")
    assert assignee("gone", "li", "marta") == "marta"
    assert assignee("li") == "wu"
    assert assignee() == "wu"
