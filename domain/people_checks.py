"""What is wrong with people as somebody wants to keep them, in words for whoever edits them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.people import Company, Person
from domain.phones import e164

MOST_LIMIT = Decimal(10) ** 15
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f.]{2,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Ids that mean somebody else wherever a person id may stand.
_TAKEN = frozenset({"system", "operator", "temporal", "approvers", "anybody"})
_LONGEST = 200


@dataclass(frozen=True)
class PersonFinding:
    """One flaw: whose, in which field, and what to do about it; quotes personal data."""

    person_id: str
    field: str
    value: str
    message_en: str
    message_zh: str


def findings_on(edited: Sequence[Person], company: Company) -> tuple[PersonFinding, ...]:
    """Return what is wrong with these people once they are kept beside everybody else."""
    after = {**company.people, **{person.person_id: person for person in edited}}
    return tuple(
        PersonFinding(person.person_id, *each)
        for person in edited
        for check in _CHECKS
        for each in check(person, company, after)
    )


def own_rights_findings(
    edited: Sequence[Person], company: Company, actor: str
) -> tuple[PersonFinding, ...]:
    """Return where the actor would change what they may do themselves."""
    before = company.people.get(actor)
    return tuple(
        PersonFinding(actor, name, shown(person), *_OWN_RIGHTS[name])
        for person in edited
        for name, shown in (("roles", _roles), ("limit", _limit))
        if person.person_id == actor and before is not None and shown(person) != shown(before)
    )


_OWN_RIGHTS = {
    "roles": (
        "nobody changes their own roles; ask another administrator",
        "不能修改自己的角色，请由其他管理员修改",
    ),
    "limit": (
        "nobody changes their own limit; ask another administrator",
        "不能修改自己的审批额度，请由其他管理员修改",
    ),
}
_Flaw = tuple[str, str, str, str]
_Check = Callable[[Person, Company, Mapping[str, Person]], Iterator[_Flaw]]


def _roles(person: Person) -> str:
    return "; ".join(sorted(map(str, person.roles)))


def _limit(person: Person) -> str:
    return "" if person.approval_limit is None else f"{person.approval_limit.normalize():f}"


def _on_id(person: Person, company: Company, _: Mapping[str, Person]) -> Iterator[_Flaw]:
    shown = person.person_id
    if shown in company.people:
        return
    if not _ID.fullmatch(shown):
        yield (
            "id",
            shown,
            f"{shown[:60]!r} can't be an id; use 1 to 60 of A-Z, a-z, 0-9, '.', '-' and '_'",
            f"{shown[:60]!r} 不能作为编号；请使用 1 至 60 个字母、数字、“.”、“-”或“_”",
        )
    elif shown in _TAKEN or shown in company.roles:
        yield (
            "id",
            shown,
            f"{shown!r} means a role or the system; choose another id",
            f"{shown!r} 是角色或系统保留名称，请换一个编号",
        )


def _on_texts(person: Person, _: Company, __: Mapping[str, Person]) -> Iterator[_Flaw]:
    if not person.name.strip():
        yield "name", "", "the name is missing; add it", "缺少姓名，请补充"
    for name, text in (("name", person.name), ("email", person.email), ("phone", person.phone)):
        if len(text) > _LONGEST or _CONTROL.search(text):
            yield (
                name,
                text[:60],
                f"{name} has line breaks or more than {_LONGEST} characters; shorten it",
                f"{name} 含换行或超过 {_LONGEST} 个字符，请缩短",
            )
    if person.email and not _EMAIL.fullmatch(person.email):
        yield (
            "email",
            person.email,
            f"{person.email[:60]!r} is no e-mail address; write it like li@example.com",
            f"{person.email[:60]!r} 不是电子邮箱，例如 li@example.com",
        )
    if person.phone and e164(person.phone, "") is None:
        yield (
            "phone",
            person.phone,
            f"{person.phone[:60]!r} can't be dialled; write it with its country code, "
            "e.g. +86 10 6552 9988",
            f"{person.phone[:60]!r} 不是有效电话，请带国家区号，例如 +86 10 6552 9988",
        )
    if person.locale not in ("en", "zh"):
        yield (
            "language",
            person.locale,
            f"{person.locale[:20]!r} is no language of ours; use en or zh",
            f"{person.locale[:20]!r} 不是可用语言，请填 en 或 zh",
        )


def _on_superior(person: Person, _: Company, after: Mapping[str, Person]) -> Iterator[_Flaw]:
    superior = person.superior_id
    if superior is None:
        return
    if superior not in after:
        yield (
            "superior",
            superior,
            f"there is nobody with the id {superior[:60]!r}; add them first or in the same file",
            f"没有编号为 {superior[:60]!r} 的人员，请先添加或在同一文件中添加",
        )
        return
    way = _circle(person, after)
    if way:
        shown = " → ".join(way)
        yield (
            "superior",
            superior,
            f"{shown}: superiors in a circle; somebody among them needs another superior, or none",
            f"{shown}：上级关系形成循环，请修改其中一人的上级",
        )


def _circle(person: Person, after: Mapping[str, Person]) -> list[str]:
    """Return the circle of superiors a person is part of, nothing when there is none."""
    way = [person.person_id]
    at = person.superior_id
    while at is not None and at in after and at not in way:
        way.append(at)
        at = after[at].superior_id
    return [*way, at] if at == person.person_id else []


def _on_limit(person: Person, _: Company, __: Mapping[str, Person]) -> Iterator[_Flaw]:
    limit = person.approval_limit
    if limit is None:
        return
    is_amount = limit.is_finite() and 0 <= limit < MOST_LIMIT
    if not is_amount or limit != limit.quantize(Decimal("0.000001")):
        yield (
            "limit",
            str(limit)[:60],
            f"{str(limit)[:60]} is no limit; give an amount from 0 up, with at most 6 decimals, or "
            "leave it empty for none",
            f"{str(limit)[:60]} 不是有效额度；请填写不小于 0、至多 6 位小数的金额，留空表示不限",
        )


def _on_roles(person: Person, company: Company, _: Mapping[str, Person]) -> Iterator[_Flaw]:
    for grant in person.roles:
        if grant.role not in company.roles:
            known = ", ".join(sorted(company.roles))
            yield (
                "roles",
                str(grant),
                f"there is no role {grant.role[:60]!r}; use one of {known}",
                f"没有角色 {grant.role[:60]!r}；可用角色：{known}",
            )
        elif grant.group and grant.group not in company.groups:
            known = ", ".join(sorted(company.groups)) or "-"
            yield (
                "roles",
                str(grant),
                f"there is no group {grant.group[:60]!r}; use one of {known}, or none for all",
                f"没有作业组 {grant.group[:60]!r}；可用作业组：{known}，不填表示全部",
            )


_CHECKS: tuple[_Check, ...] = (_on_id, _on_texts, _on_superior, _on_limit, _on_roles)
