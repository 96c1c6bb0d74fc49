"""What may be chosen in a programme's form: units, campaigns, goods, people for the committee."""

from collections.abc import Sequence

from khuyenhoc.awards.forms.programme import ProgrammeForm
from khuyenhoc.funds.campaigns import open_campaigns
from khuyenhoc.funds.items import all_items
from khuyenhoc.org import access, grants, units


def offer(form: ProgrammeForm, unit_ids: Sequence[int]) -> None:
    """What may be chosen in the form, for programmes of these units."""
    scoring: dict[int, str] = {}
    minutes: dict[int, str] = {}
    for unit_id in unit_ids:
        scoring |= {user.id: user.signature for user in grants.holders("award.score", unit_id)}
        minutes |= {user.id: user.signature for user in grants.holders("meeting.hold", unit_id)}
    with_books = units.names_on(unit_ids)
    form.offer(
        {
            "unit": sorted(with_books.items(), key=lambda pair: pair[1]),
            "units": unit_choices(unit_ids),
            "campaigns": [(c.id, f"{c.name} ({c.code})") for c in open_campaigns(unit_ids)],
            "items": [(item.id, item.name) for item in all_items()],
            "scoring": list(scoring.items()),
            "presider": list(scoring.items()),
            "secretary": list(minutes.items()),
        }
    )


def unit_choices(unit_ids: Sequence[int]) -> list[tuple[int, str]]:
    """The open units of these and below them, by name."""
    reach = {below for unit_id in unit_ids for below in units.below(units.unit_by_id(unit_id))}
    return sorted(units.names_on(units.open_ones(reach)).items(), key=lambda pair: pair[1])


def own_units() -> list[int]:
    """The open units that keep books where the person may set up programmes."""
    mine = units.open_ones(access.units_where("programme.edit"))
    return sorted({campaign.unit_id for campaign in open_campaigns(mine)}) or mine[:1]
