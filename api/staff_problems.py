"""What may be wrong with a change to people, absences or calendars."""

from api.problems import Kind

OWN_RIGHTS = Kind(
    403,
    "own_rights",
    ("Your own rights", "自己的权限"),
    (
        "Nobody changes their own roles or limit, {value}; ask another administrator.",
        "{value} 不能修改自己的角色或审批额度，请由其他管理员修改。",
    ),
)
NOT_YOUR_STAFF = Kind(
    403,
    "not_your_staff",
    ("Somebody else's absence", "他人的缺勤"),
    (
        "The absences of {value} are for them, their superiors and administrators to enter.",
        "{value} 的缺勤须由本人、其上级或管理员登记。",
    ),
)
ENTRY_CHANGED = Kind(
    409,
    "entry_changed",
    ("Changed meanwhile", "已被他人修改"),
    (
        "{value} is at version {current}, and you changed version {read}; read it again and repeat "
        "your change.",
        "{value} 当前版本为 {current}，而您修改的是 {read}；请重新读取后再修改。",
    ),
)
UNREADABLE_SHEET = Kind(
    422,
    "unreadable_sheet",
    ("Sheet can't be read", "表格无法读取"),
    ("The sheet can't be read. {english}", "表格无法读取。{chinese}"),
)
BAD_ABSENCE = Kind(
    422,
    "bad_absence",
    ("Absence not possible", "缺勤无法登记"),
    ("The absence can't be kept. {english}", "缺勤无法登记。{chinese}"),
)
UNKNOWN_ABSENCE = Kind(
    404,
    "unknown_absence",
    ("No such absence", "缺勤不存在"),
    (
        "There is no absence {value} that could be cancelled; see /api/v1/absences.",
        "没有可取消的缺勤 {value}，请查看 /api/v1/absences。",
    ),
)
UNKNOWN_CALENDAR = Kind(
    404,
    "unknown_calendar",
    ("No such calendar", "日历不存在"),
    (
        "There is no calendar {value}; see /api/v1/calendars for those there are.",
        "没有日历 {value}；可在 /api/v1/calendars 查看。",
    ),
)
BAD_CALENDAR = Kind(
    422,
    "bad_calendar",
    ("Calendar not usable", "日历无效"),
    ("The calendar can't be used. {english}", "日历无法使用。{chinese}"),
)
CALENDAR_CHANGED = Kind(
    409,
    "calendar_changed",
    ("Calendar changed meanwhile", "日历已被修改"),
    ("Read the calendar again. {english}", "请重新读取日历。{chinese}"),
)
