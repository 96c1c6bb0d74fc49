"""Amounts in words, as accountants write them: ``Một nghìn không trăm linh năm đồng``."""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", "nghìn", "triệu")
BILLION = 1_000_000_000


def amount(number: int, *, le: bool = False) -> str:
    """The amount as a phrase with its first letter capital, ending in ``đồng``; ``le`` says lẻ (south) for linh."""
    said = spell(number, le=le) + " đồng"
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
