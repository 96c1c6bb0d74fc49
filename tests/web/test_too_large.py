"""What is too large is heard out by the server that we run, so that whoever sends it reads our sentence."""

import io
import socket
import time

import pytest
from flask import Flask

from khuyenhoc.web import unread
from tests.support import writer
from tests.support.served import served

MB = 1024 * 1024
HEAD = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
SENTENCE = "Điều gửi lên lớn quá mức nhận được nên chưa có gì được ghi."


def connected(port: int) -> socket.socket:
    """A connection, as soon as somebody listens."""
    ends = time.monotonic() + writer.LONGEST
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        except OSError:
            assert time.monotonic() < ends, "nobody serves"
            time.sleep(0.05)


def sent(port: int, path: str, size: int) -> str:
    """What is answered to somebody who sends everything before reading anything, as a slow line makes a browser do."""
    body = HEAD + bytes(size) + b"\r\n--B--\r\n"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: "
    with connected(port) as line:
        line.sendall(f"{head}{len(body)}\r\n\r\n".encode())
        for start in range(0, len(body), MB):
            line.sendall(body[start : start + MB])
            time.sleep(0.005)
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as answer:
            return answer.read().decode()


@pytest.mark.sqlite
def test_whoever_sends_far_too_much_is_heard_out_and_told(app: Flask) -> None:
    with served(app) as port:
        answer = sent(port, "/dang-nhap", 70 * MB)

    assert answer.startswith("HTTP/1.1 413 ")
    assert SENTENCE in answer


@pytest.mark.parametrize(("sends", "said", "read"), [(9, 9, 9), (20, 20, 10), (5, 9, 5), (9, 0, 0)])
def test_no_more_is_read_than_was_said_nor_than_we_wait_for(
    monkeypatch: pytest.MonkeyPatch, sends: int, said: int, read: int
) -> None:
    monkeypatch.setattr(unread, "MOST", 10)
    monkeypatch.setattr(unread, "AT_ONCE", 4)

    assert unread.throw_away(io.BytesIO(bytes(sends)), said) == read


def test_nobody_is_waited_for_longer_than_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "LONGEST", -1.0)

    assert unread.throw_away(io.BytesIO(bytes(9)), 9) == 0
