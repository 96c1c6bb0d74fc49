"""Vietnamese names: cleaned, sorted, searched and abbreviated.

No collation of the engines is used: keys are made here and stored in columns, so that SQLite and
PostgreSQL sort and find alike.
"""

import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng
MARKS = {tone: mark for mark, tone in TONES.items()}
SHAPES = {"\u0302", "\u0306", "\u031b"}  # of â, ă and ơ: part of the letter
LETTER_ORDER = {letter: 64 + position for position, letter in enumerate(ALPHABET)}
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
SPACE_FOR = dict.fromkeys("\t\n\r\v\f\x85\u2028\u2029", " ")
LOOK_ALIKES = str.maketrans({"Ð": "Đ", "ð": "đ"})  # U+00D0 and U+00F0 look like our letter


def clean(text: str) -> str:
    """One line of text as it is stored: NFC, control and invisible characters gone, single spaces."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):  # nearly always, and six times as fast
        return " ".join(text.split())
    kept = (c if unicodedata.category(c) not in INVISIBLE else SPACE_FOR.get(c, "") for c in text)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def clean_lines(text: str) -> str:
    """Several lines as they are stored: each cleaned, at most one empty line between two."""
    lines: list[str] = []
    for line in map(clean, text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip()


nfc = clean


def fold(text: str) -> str:
    """The search key: small letters, no accents, đ as d, single spaces: ``nguyen van a``."""
    spread = unicodedata.normalize("NFD", text.translate(LOOK_ALIKES).replace("Đ", "D").replace("đ", "d"))
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def folded_words(text: str) -> list[str]:
    """The words one may search by, in order, folded, without punctuation: ``["9a1", "khoa", "1996"]``."""
    return "".join(c if c.isalnum() else " " for c in fold(text)).split()


def accented_words(text: str) -> list[str]:
    """The words one may search by, small letters with their accents, the tone where the old spelling puts it."""
    lowered = clean(text).translate(LOOK_ALIKES).lower()
    return [_old_spelling(word) for word in "".join(c if c.isalnum() else " " for c in lowered).split()]


def _old_spelling(word: str) -> str:
    """``hoà`` → ``hòa``, ``thuý`` → ``thúy``: two spellings of one name; ``quý`` has only one."""
    if len(word) < 2 or word[-3:-2] == "q":
        return word
    last, tone = _letter_and_tone(word[-1])
    if tone == 0 or word[-2] + last not in ("oa", "oe", "uy"):
        return word
    return unicodedata.normalize("NFC", word[:-1] + MARKS[tone] + last)


def given_name(full_name: str) -> str:
    """The last word, by which Vietnamese people are called and sorted: ``Họa``."""
    return full_name.split()[-1] if full_name.split() else ""


def initials(full_name: str) -> str:
    """``Trần Thị Minh Họa`` → ``T.T.M.H.``"""
    return "".join(f"{word[0].upper()}." for word in clean(full_name).split() if word[0].isalpha())


def sort_key(full_name: str) -> str:
    """Orders people as a Vietnamese list does: by given name, then family and middle names, word by word."""
    words = clean(full_name).split()
    return _key([*words[-1:], *words[:-1]])


def text_key(text: str) -> str:
    """Orders any text by Vietnamese rules: letters first, then tones, then case."""
    return _key([clean(text)])


def _key(parts: list[str]) -> str:
    """Letters and tones of each part in turn, case last; hexadecimal digits only, which all collations order alike."""
    key: list[str] = []
    cases: list[str] = []
    for part in parts:
        characters = part.translate(LOOK_ALIKES)
        spread = [_letter_and_tone(character) for character in characters.lower()]
        key += [*(_weight(letter) for letter, _ in spread), "00", *(str(tone + 1) for _, tone in spread), "0"]
        cases += ["2" if character != character.lower() else "1" for character in characters]
    return "".join(key + cases)


full_sort_key = text_key


def _letter_and_tone(character: str) -> tuple[str, int]:
    """``ế`` → (``ê``, sắc)."""
    spread = unicodedata.normalize("NFD", character)
    tone = next((TONES[mark] for mark in spread[1:] if mark in TONES), 0)
    letter = spread[0] + "".join(mark for mark in spread[1:] if mark in SHAPES)
    return unicodedata.normalize("NFC", letter), tone


def _weight(letter: str) -> str:
    """Two hexadecimal digits: a space before signs, before figures, before letters."""
    if letter == " ":
        return "01"
    if letter in LETTER_ORDER:
        return f"{LETTER_ORDER[letter]:02x}"
    if letter in "0123456789":
        return f"{48 + int(letter):02x}"
    if letter.isalpha():
        return "70" + f"{ord(letter[0]):06x}"
    return "10" + f"{ord(letter[0]):06x}"
