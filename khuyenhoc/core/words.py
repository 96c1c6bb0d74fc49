"""Amounts in words, as accountants write them: ``Một nghìn không trăm linh năm đồng``."""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", "nghìn", "triệu")
BILLION = 1_000_000_000


def amount(number: int, *, le: bool = False) -> str:
    """The amount as a phrase with its first letter capital, ending in ``đồng``; ``le`` says lẻ (south) for linh."""
    said = spell(number, le=le) + " đồng"
    return said[0].upper() + said[1:]


def amount_in_english(number: int) -> str:
    """The amount as whoever reads English says it: ``One million, two hundred and five đồng``."""
    said = ("minus " if number < 0 else "") + _spell_english(abs(number)) + " đồng"
    return said[0].upper() + said[1:]


def spell(number: int, *, le: bool = False) -> str:
    """The number in words, small letters, no currency."""
    if number < 0:
        return "âm " + spell(-number, le=le)
    if number == 0:
        return DIGITS[0]
    words: list[str] = []
    _say(number, words, "lẻ" if le else "linh")
    return " ".join(words)


def _say(number: int, words: list[str], link: str) -> None:
    """Speak ``number`` after what was already said; a later group always speaks its hundreds."""
    billions, rest = divmod(number, BILLION)
    if billions:
        _say(billions, words, link)
        words.append("tỷ")
    for power in (2, 1, 0):
        group = rest // 1000**power % 1000
        if group:
            words.extend(_group(group, link, full=bool(words)))
            if GROUPS[power]:
                words.append(GROUPS[power])


def _group(number: int, link: str, *, full: bool) -> list[str]:
    """Three digits; ``full`` speaks the hundreds even when there are none."""
    hundreds, tens, unit = number // 100, number // 10 % 10, number % 10
    words = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0:
        if unit and words:
            words.append(link)
    elif tens == 1:
        words.append("mười")
    else:
        words += [DIGITS[tens], "mươi"]
    if unit:
        words.append(_unit(unit, tens))
    return words


def _unit(unit: int, tens: int) -> str:
    if unit == 1 and tens > 1:
        return "mốt"
    if unit == 4 and tens > 1:
        return "tư"
    if unit == 5 and tens > 0:
        return "lăm"
    return DIGITS[unit]


SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = ("", " thousand", " million", " billion", " trillion", " quadrillion")


def _spell_english(number: int) -> str:
    groups: list[str] = []
    rest = number
    for scale in SCALES:
        rest, group = divmod(rest, 1000)
        if group:
            groups.insert(0, _group_in_english(group) + scale)
    if len(groups) > 1 and 0 < number % 1000 < 100:
        return f"{', '.join(groups[:-1])} and {groups[-1]}"
    return ", ".join(groups) or SMALL[0]


def _group_in_english(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, unit = divmod(rest, 10)
    below = SMALL[rest] if rest < len(SMALL) else TENS[tens] + (f"-{SMALL[unit]}" if unit else "")
    if not hundreds:
        return below
    return f"{SMALL[hundreds]} hundred" + (f" and {below}" if rest else "")
