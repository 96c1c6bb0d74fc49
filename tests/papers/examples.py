"""One example of each paper, of the fictional ward Bến Nắng; every builder takes what a test wants to be different."""

import dataclasses
from datetime import date, timedelta
from typing import Any

from khuyenhoc.papers import annual, books, decisions, goods
from khuyenhoc.papers import content as papers
from khuyenhoc.papers.content import Content, Paper

BEN_NANG = papers.Heading(
    unit="Hội Khuyến học phường Bến Nắng",
    address="12 đường Hoa Gạo, phường Bến Nắng",
    place="Bến Nắng",
    parent="Hội Khuyến học thành phố Sông Xanh",
)
CODE = "7K2M-9PVC-FGHJ-X4"
PROOF: Content = {
    "code": CODE,
    "address": "https://khuyenhoc.example/kiem-chung/7K2M9PVCFGHJX4",
    "place": "khuyenhoc.example/kiem-chung",
    "entry": "1.103",
    "seal": "B41D 6E07 93AC F512",
}
BICYCLES = "Xe đạp đến trường"


def proven(paper: Paper, **changed: Any) -> Content:
    """The content of a paper as it stands after its issue."""
    return dataclasses.replace(paper, **changed).content() | {"proof": PROOF}


def receipt(**changed: Any) -> papers.Receipt:
    paper = papers.Receipt(
        heading=BEN_NANG,
        day=date(2026, 8, 14),
        label="PT-2026-0127",
        payer="Bà Đặng Thị Tưởng Tượng",
        payer_signs="Đặng Thị Tưởng Tượng",
        address="Khu phố 2, phường Bến Nắng",
        reason="Ủng hộ chiến dịch Xe đạp đến trường năm 2026",
        campaigns=BICYCLES,
        amount=4_750_000,
        debit="111",
        credit="511",
        form_number="01-TT",
        recorder="Đoàn Ngọc Hạ",
        treasurer="Đoàn Ngọc Hạ",
    )
    return dataclasses.replace(paper, **changed)


def confirmation(**changed: Any) -> papers.Confirmation:
    paper = papers.Confirmation(
        heading=BEN_NANG,
        day=date(2026, 2, 5),
        label="NH-2026-0041",
        donor="Công ty TNHH Mây Hồng",
        donor_address="45 đường Ven Sông, phường Bến Nắng",
        tax_code="0300000001",
        represented_by="Bà Tạ Mây Trắng – Giám đốc",
        amount=52_000_000,
        received_on=date(2026, 2, 4),
        method="Chuyển khoản vào tài khoản 99900044455566 của Hội, Ngân hàng Ví Dụ",
        memo="HKH7K2M9PV CTY MAY HONG UNG HO XE DAP",
        shares=[
            papers.Share(campaign="Xe đạp đến trường 2026", amount=47_500_000),
            papers.Share(campaign="Quỹ Khuyến học phường Bến Nắng", amount=4_500_000),
        ],
        accountant="Ngô Thị Cẩn Thận",
        chair="Lê Công Thành",
    )
    return dataclasses.replace(paper, **changed)


def goods_receipt(**changed: Any) -> papers.GoodsReceipt:
    rows = [
        papers.Goods(
            item="Xe đạp học sinh 24 inch",
            unit="chiếc",
            quantity=8,
            unit_value=2_375_000,
            amount=19_000_000,
            note="Mới, còn nguyên thùng",
        ),
        papers.Goods(item="Bộ sách giáo khoa lớp 6", unit="bộ", quantity=40, unit_value=185_000, amount=7_400_000),
        papers.Goods(
            item="Vở 96 trang", unit="quyển", quantity=1_200, unit_value=0, amount=7_860_000, note="Hai loại bìa"
        ),
    ]
    paper = papers.GoodsReceipt(
        heading=BEN_NANG,
        day=date(2026, 9, 1),
        label="HV-2026-0002",
        giver=papers.Party(
            name="DNTN Xe đạp Gió Lành", people=["Ông Phan Gió Lành – Chủ doanh nghiệp"], address="8 đường Bánh Xe"
        ),
        receiver=papers.Party(
            name=BEN_NANG.unit,
            people=["Bà Đoàn Ngọc Hạ – Thủ quỹ", "Ông Lê Công Thành – Chủ tịch"],
            address=BEN_NANG.address,
        ),
        campaigns=BICYCLES,
        restriction="Trao cho học sinh hộ nghèo, hộ cận nghèo của phường",
        rows=rows,
        amount=34_260_000,
        giver_signs="Phan Gió Lành",
        receiver_signs="Đoàn Ngọc Hạ",
        recorder="Mai Thị Thư",
    )
    return dataclasses.replace(paper, **changed)


def thank_you(**changed: Any) -> papers.ThankYou:
    paper = papers.ThankYou(
        heading=BEN_NANG,
        day=date(2026, 9, 5),
        label="PT-2026-0127",
        salutation="Bà Đặng Thị Tưởng Tượng",
        called="Bà Tượng",
        gift="4.750.000 ₫ (Bốn triệu bảy trăm năm mươi nghìn đồng)",
        received_on=date(2026, 8, 14),
        campaigns="chiến dịch Xe đạp đến trường năm 2026",
        use=["Món quà đã thành hai chiếc xe đạp, đưa hai em học sinh của phường đến trường trong ngày khai giảng."],
        chair="Lê Công Thành",
    )
    return dataclasses.replace(paper, **changed)


def gold_heart(**changed: Any) -> papers.GoldHeart:
    paper = papers.GoldHeart(
        heading=BEN_NANG,
        day=date(2026, 9, 5),
        label="TLV-2026-0031",
        donor="Bà Đặng Thị Tưởng Tượng",
        amount=4_750_000,
        deed="cho chiến dịch Xe đạp đến trường năm 2026. Món quà đã thành hai chiếc xe đạp, "
        "đưa hai em học sinh của phường đến trường.",
        chair="Lê Công Thành",
    )
    return dataclasses.replace(paper, **changed)


def cash_book(lines: int = 9, **changed: Any) -> books.CashBook:
    rows = []
    for n in range(lines):
        day = date(2026, 8, 1) + timedelta(days=n * 30 // max(lines, 1))
        if n % 5 == 4:
            rows.append(
                books.CashLine(
                    day=day, payment=f"PC-2026-{n:04d}", memo="Nộp tiền mặt vào ngân hàng", money_out=1_500_000
                )
            )
        else:
            memo = "Bà Đặng Thị Tưởng Tượng ủng hộ chiến dịch Xe đạp đến trường" + (
                " và Quỹ Khuyến học của phường, có thư kèm theo" * (n % 7 == 3)
            )
            rows.append(books.CashLine(day=day, receipt=f"PT-2026-{n:04d}", memo=memo, money_in=475_000 + 1_000 * n))
    paper = books.CashBook(
        heading=BEN_NANG,
        day=date(2026, 8, 31),
        account="Tiền mặt tại quỹ",
        since=date(2026, 8, 1),
        until=date(2026, 8, 31),
        opening=3_200_000,
        rows=rows,
        treasurer="Đoàn Ngọc Hạ",
        accountant="Ngô Thị Cẩn Thận",
    )
    return dataclasses.replace(paper, **changed)


def bank_book(lines: int = 8, **changed: Any) -> books.BankBook:
    rows = [
        books.BankLine(
            day=date(2026, 8, 1) + timedelta(days=n % 31),
            document=f"NH-2026-{n:04d}",
            memo="Công ty TNHH Mây Hồng ủng hộ Tiếp bước đến trường",
            counter="511",
            money_in=2_000_000,
        )
        if n % 4
        else books.BankLine(
            day=date(2026, 8, 1) + timedelta(days=n % 31),
            document=f"UN-2026-{n:04d}",
            memo="Phí dịch vụ tin nhắn",
            counter="635",
            money_out=11_000,
        )
        for n in range(lines)
    ]
    paper = books.BankBook(
        heading=BEN_NANG,
        day=date(2026, 8, 31),
        account="Tài khoản thanh toán",
        bank="Ngân hàng Ví Dụ, phòng giao dịch Bến Nắng",
        number="99900044455566",
        since=date(2026, 8, 1),
        until=date(2026, 8, 31),
        opening=17_624_567,
        rows=rows,
        accountant="Ngô Thị Cẩn Thận",
    )
    return dataclasses.replace(paper, **changed)


def journal(entries: int = 6, **changed: Any) -> books.Journal:
    post = books.PostingLine
    rows = [
        books.EntryLine(
            day=date(2026, 8, 1) + timedelta(days=n % 30),
            entry=1_100 + n,
            document=f"PT-2026-{n:04d}",
            memo="Bà Đặng Thị Tưởng Tượng ủng hộ",
            postings=[
                post(account="111 Tiền mặt tại quỹ", debit=500_000),
                post(account="511 Ủng hộ bằng tiền", credit=500_000),
            ],
        )
        for n in range(1, entries + 1)
    ]
    rows.append(
        books.EntryLine(
            day=date(2026, 8, 31),
            entry=1_200,
            document="HV-2026-0002",
            memo="DNTN Xe đạp Gió Lành ủng hộ hiện vật",
            postings=[
                post(account="152 Hiện vật trong kho", debit=19_000_000, quantity="+8 chiếc"),
                post(account="512 Ủng hộ bằng hiện vật", credit=19_000_000),
            ],
        )
    )
    paper = books.Journal(
        heading=BEN_NANG,
        day=date(2026, 8, 31),
        campaign="XD26 – Xe đạp đến trường 2026",
        since=date(2026, 8, 1),
        until=date(2026, 8, 31),
        rows=rows,
        head="B41D 6E07 93AC F512",
        accountant="Ngô Thị Cẩn Thận",
    )
    return dataclasses.replace(paper, **changed)


def reconciliation(**changed: Any) -> books.Reconciliation:
    line = books.ProofLine
    rows = [
        line(label="Số dư đầu kỳ", ledger=0, documents=0),
        line(label="Đã tiếp nhận", sign="+", ledger=52_000_000, documents=52_000_000),
        line(label="Thu khác", sign="+", ledger=1_234, documents=1_234),
        line(label="Hoàn trả nhà hảo tâm", sign="−", ledger=0, documents=0),
        line(label="Nhận từ chiến dịch khác", sign="+", ledger=0, documents=0),
        line(label="Chuyển sang chiến dịch khác", sign="−", ledger=0, documents=0),
        line(label="Trao xe đạp", sign="−", ledger=47_500_000, documents=47_500_000),
        line(label="Số dư cuối kỳ", sign="=", ledger=4_501_234, documents=4_501_234, result=True),
        line(label="Tiền mặt", ledger=1_000_000, documents=1_000_000),
        line(label="Tiền gửi ngân hàng", sign="+", ledger=3_501_234, documents=3_501_234),
        line(label="Hiện vật trong kho", sign="+", ledger=0, documents=0),
        line(label="Tiền giữ hộ", sign="−", ledger=0, documents=None),
        line(label="Đã quyết định, chưa chi", sign="−", ledger=2_375_000, documents=2_375_000),
        line(label="Còn dùng được", sign="=", ledger=2_126_234, documents=2_126_234, result=True),
    ]
    paper = books.Reconciliation(
        heading=BEN_NANG,
        day=date(2026, 9, 30),
        code="XD26",
        campaign="Xe đạp đến trường 2026",
        reconciled=True,
        rows=rows,
        items=[
            books.ItemProof(
                item="Xe đạp học sinh",
                unit="chiếc",
                received=8,
                bought=12,
                handed_over=18,
                written_off=0,
                on_hand=2,
                reserved=1,
                free=1,
            )
        ],
        head="B41D 6E07 93AC F512",
        treasurer="Đoàn Ngọc Hạ",
        accountant="Ngô Thị Cẩn Thận",
    )
    return dataclasses.replace(paper, **changed)


def cash_count(**changed: Any) -> books.CashCount:
    paper = books.CashCount(
        heading=BEN_NANG,
        day=date(2026, 12, 31),
        label="KQ-2026-0003",
        account="Tiền mặt tại quỹ",
        at="17 giờ 30",
        sheets={500_000: 31, 200_000: 12, 100_000: 40, 50_000: 18, 20_000: 7, 10_000: 11, 5_000: 3, 2_000: 4, 1_000: 0},
        book=23_075_000,
        reason="Thối nhầm cho khách trong buổi tiếp nhận, chưa tìm được người nhận.",
        treasurer="Đoàn Ngọc Hạ",
        accountant="Ngô Thị Cẩn Thận",
    )
    return dataclasses.replace(paper, **changed)


def award_decision(lines: int = 9, **changed: Any) -> decisions.AwardDecision:
    rows = [
        decisions.AnnexLine(
            code=f"HB26-{n:04d}", name="Đinh Thị Giả Tưởng", place="Trường THCS Sao Khuê", level="THCS", amount=900_000
        )
        for n in range(1, lines + 1)
    ]
    paper = decisions.AwardDecision(
        heading=BEN_NANG,
        day=date(2026, 8, 31),
        label="QĐ-2026-0001",
        number="01/QĐ-HKH",
        kind="award",
        programme="Tiếp bước đến trường",
        school_year="2026–2027",
        thing="suất học bổng",
        basis=["Điều lệ Hội Khuyến học Việt Nam"],
        sources=[decisions.SourceLine(campaign=BICYCLES, amount=900_000 * lines)],
        publication_days=5,
        rows=rows,
        amount=900_000 * lines,
        signer="Nguyễn Văn Ví Dụ",
    )
    return dataclasses.replace(paper, **changed)


def purchase_receipt(**changed: Any) -> goods.PurchaseReceipt:
    row = goods.Delivered
    paper = goods.PurchaseReceipt(
        heading=BEN_NANG,
        day=date(2026, 9, 3),
        number="12",
        seller=papers.Party(name="Cửa hàng Xe đạp Vòng Quay", address="25 đường Bánh Xe, phường Bến Nắng"),
        buyer=papers.Party(name=BEN_NANG.unit, people=["Chị Mai Thị Thư"], address=BEN_NANG.address),
        campaign=BICYCLES,
        decision="Quyết định số 01/QĐ-HKH ngày 05 tháng 9 năm 2026",
        rows=[
            row(item="Xe đạp học sinh 24 inch", unit="chiếc", ordered=8, quantity=7, unit_value=2_375_000,
                amount=16_625_000),
            row(item="Khóa xe", unit="chiếc", ordered=8, quantity=8, unit_value=45_000, amount=360_000),
        ],
        amount=16_985_000,
        asked_by="Ngô Thị Cẩn Thận",
        approved_by="Lê Công Thành",
        received_by="Mai Thị Thư",
    )  # fmt: skip
    return dataclasses.replace(paper, **changed)


def goods_handover(n: int = 8, **changed: Any) -> goods.GoodsHandover:
    rows = [
        goods.HandedOver(
            code=f"XD26-{number:04d}",
            item="Xe đạp học sinh 24 inch",
            unit="chiếc",
            quantity=1,
            numbers=f"GT24-00{number:03d}",
            amount=2_375_000,
            received_by="Nguyễn Thị Mẹ (mẹ)" if number % 3 == 0 else "",
        )
        for number in range(1, n + 1)
    ]
    paper = goods.GoodsHandover(
        heading=BEN_NANG,
        day=date(2026, 9, 23),
        label="XK-2026-0002",
        decision="Quyết định số 04/QĐ-HKH ngày 15 tháng 9 năm 2026",
        programme="Xe đạp đến trường, năm học 2026–2027",
        giver=papers.Party(name=BEN_NANG.unit, people=["Bà Đoàn Ngọc Hạ"]),
        witnesses=["Cô Hồ Thị Nháp"],
        at="Hội trường phường Bến Nắng",
        rows=rows,
        amount=n * 2_375_000,
        handed_over_by="Đoàn Ngọc Hạ",
    )
    return dataclasses.replace(paper, **changed)


def write_off_minutes(**changed: Any) -> goods.WriteOffMinutes:
    paper = goods.WriteOffMinutes(
        heading=BEN_NANG,
        day=date(2026, 10, 5),
        label="XK-2026-0003",
        campaign=BICYCLES,
        item="Xe đạp học sinh 24 inch",
        unit="chiếc",
        quantity=2,
        cause="Hỏng",
        reason="Kho dột trong trận mưa đêm 2/10, hai chiếc gỉ sét, gãy khung, không sửa được",
        numbers=["GT24-00015", "GT24-00018"],
        rows=[
            goods.Lost(lot="HV-2026-0002", came_on="01/09/2026", quantity=1, amount=2_375_000),
            goods.Lost(lot="PC-2026-0014", came_on="03/09/2026", quantity=1, amount=2_300_000),
        ],
        amount=4_675_000,
        asked_by="Chị Mai Thị Thư",
        approved_by="Ông Lê Công Thành",
    )
    return dataclasses.replace(paper, **changed)


def annual_report(campaigns: int = 3, **changed: Any) -> annual.AnnualReport:
    """Báo cáo of a year with a campaign that paid for scholarships; some recipients stand in groups not named."""
    paper = annual.AnnualReport(
        heading=BEN_NANG,
        day=date(2027, 1, 20),
        label="BC-2027-0001",
        year=2026,
        since="ngày 01 tháng 01 năm 2026",
        until="ngày 31 tháng 12 năm 2026",
        gifts=35,
        received=920_300_000,
        awards_count=614,
        amount=558_600_000,
        closing=61_624_567,
        awards=[
            annual.AwardRow(label="Học bổng", count=614, unit="suất", amount=558_600_000),
            annual.AwardRow(label="Xe đạp", count=0, unit="chiếc", amount=0, said="gần 1 triệu đồng"),
        ],
        money=[
            annual.MoneyRow(label="Có từ đầu năm", amount=35_000_000),
            annual.MoneyRow(label="Ủng hộ bằng tiền", amount=585_224_567, group="Thu vào"),
            annual.MoneyRow(label="Học bổng", amount=-558_600_000, group="Chi ra"),
        ],
        standing=[annual.MoneyRow(label="Tiền mặt", amount=61_624_567)],
        campaigns=[
            annual.CampaignRow(
                campaign=f"{BICYCLES} {n}", awards="614 suất học bổng", opening=0, came=1_000, went=0, closing=1_000
            )
            for n in range(campaigns)
        ],
        goods=[
            annual.GoodsRow(
                item="Xe đạp 24 inch", unit="chiếc", opening=0, received=8, bought=12, handed_over=20, written_off=0,
                closing=0,
            )
        ],
        people_count=614,
        people=[annual.PeopleRow(label="Theo trường", groups=[["Trường THCS Sao Khuê Mẫu", 600]], others=14)],
        signer="Lê Công Thành",
    )  # fmt: skip
    return dataclasses.replace(paper, **changed)


ALL = [
    receipt,
    confirmation,
    goods_receipt,
    thank_you,
    gold_heart,
    cash_book,
    bank_book,
    journal,
    reconciliation,
    cash_count,
    award_decision,
    purchase_receipt,
    goods_handover,
    write_off_minutes,
    annual_report,
]
