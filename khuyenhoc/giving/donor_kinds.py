"""What kinds of donors there are, how they may be addressed, and how they may choose to be named."""

from khuyenhoc.core.text import lazy_gettext as _l

KINDS = {
    "individual": _l("Cá nhân"),
    "family": _l("Gia đình"),
    "company": _l("Doanh nghiệp"),
    "household_business": _l("Hộ kinh doanh"),
    "religious": _l("Cơ sở tôn giáo"),
    "clan": _l("Dòng họ"),
    "association": _l("Hội, đoàn thể"),
    "group": _l("Tập thể, nhóm"),
    "chapter": _l("Chi hội"),
    "piggy_bank": _l("Heo đất"),
    "foreign_individual": _l("Cá nhân nước ngoài"),
    "upper_level": _l("Hội cấp trên"),
    "unknown": _l("Không rõ người tặng"),
}
"""Kind → its name on screen. A giver whom nobody knows is a kind, not a name."""

UNNAMED = "Mạnh thường quân giấu tên"
"""How whoever is not to be named, or is not known, is written everywhere."""

PERSONS = frozenset({"individual", "foreign_individual"})
OF_UNITS = frozenset({"chapter", "piggy_bank"})
"""Kinds that may stand for a unit of the tree."""

FAMILY = "Gia đình"
CLERGY = ("Hòa thượng", "Thượng tọa", "Đại đức", "Ni sư", "Sư cô", "Linh mục")
HONORIFICS = ("Ông", "Bà", "Anh", "Chị", "Cô", "Thầy", "Bác", "Cháu", "Em", *CLERGY)
"""How a person is addressed: chosen, never inferred from the name."""

DISPLAYS = {
    "full": _l("Họ tên đầy đủ"),
    "short": _l("Tên viết tắt"),
    "anonymous": _l("Giấu tên"),
}
"""How a donor chose to be named wherever others can read it."""
