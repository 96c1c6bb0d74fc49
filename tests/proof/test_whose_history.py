"""Whose deeds an auditor reads: those of the own units, and of the installation's what concerns them."""

import io
import json

import openpyxl
from flask import Flask

from khuyenhoc.core.database import writing
from khuyenhoc.history.events import Event
from khuyenhoc.proof import deeds
from khuyenhoc.recipients import schools
from tests.support import people
from tests.support.browser import Browser

PAGE = "/so-sach/nhat-ky-viec-lam"


def test_of_the_installations_own_deeds_an_auditor_reads_what_concerns_the_own_units(app: Flask) -> None:
    home, far = people.association("U01"), people.association("U02")
    people.person("ke.toan.xa", role="accountant", unit=far)
    people.grant(people.person("thuquy"), "secretary", far)
    with writing():
        schools.find_or_add("THCS Hoa Mai", "lower_secondary", by=people.person("thuky"))
    whole = people.person("tong.kiem.tra", role="auditor", unit=home)
    people.grant(whole, "auditor", far)

    mine = Browser(app).sign_in("kiemtra").get(PAGE).text
    assert "Giao vai trò Bà Đoàn Ngọc Hạ: Thủ quỹ, U01" in mine
    assert "Mở tài khoản người dùng Bà Đoàn Ngọc Hạ" in mine
    assert "THCS Hoa Mai" in mine
    for foreign in ("U02", "Ke.Toan.Xa", people.ASSOCIATIONS["U02"]):
        assert foreign not in mine

    theirs = Browser(app).sign_in(people.person("kiem.tra.xa", role="auditor", unit=far)).get(PAGE).text
    assert "Bà Đoàn Ngọc Hạ: Thư ký, U02" in theirs
    assert "Thủ quỹ, U01" not in theirs

    file = Browser(app).sign_in("kiemtra").client.get(f"{PAGE}.xlsx").data
    told = str(list(openpyxl.load_workbook(io.BytesIO(file)).active.iter_rows(values_only=True)))
    assert "U01" in told
    assert "U02" not in told

    everything = Browser(app).sign_in(whole).get(PAGE).text
    for word in ("U02", "Ke.Toan.Xa", "Thủ quỹ, U01"):
        assert word in everything


def test_the_history_names_no_child() -> None:
    line = {"payout_lines": [{"payout_id": 7, "position": 3, "name": "Nguyễn Thị Hồng Nhạn"}]}
    file = {"evidence": [{"name": "so-ho-ngheo-hong-nhan.jpg"}]}

    told = [
        deeds.subject_of(Event(subject_table=table, content=json.dumps(row), details=""))
        for row in (line, file)
        for table in row
    ]

    assert told == ["Danh sách 7, dòng 3", ""]
