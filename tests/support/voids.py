"""What every page says that asks for a void."""

from tests.support.browser import Answer


def assert_asks_for_a_void(page: Answer) -> None:
    """In the same words, by the same button."""
    assert "Người khác duyệt thì" in page.text
    assert "Số chứng từ vẫn giữ và in HỦY; sổ ghi một bút toán đảo." in page.text
    assert "Người duyệt đọc lý do này; nó được giữ mãi bên chứng từ." in page.text
    assert "Đề nghị hủy" in [button.text for button in page.page.all("button")]
