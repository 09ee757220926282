"""A mail server that takes everything and writes down recipient and Message-ID of each mail.

    python -m benchmarks.mail_sink PORT FILE

It speaks no more of SMTP than a client needs, so that it is not what is measured.
"""

import asyncio
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(\S+)")


class _Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._buffer = b""
        self._to = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            end = self._buffer.find(b"\r\n.\r\n" if self._in_data else b"\r\n")
            if end < 0:
                return
            if self._in_data:
                mail, self._buffer, self._in_data = self._buffer[:end], self._buffer[end + 5 :], False
                found = _MESSAGE_ID.search(mail)
                with self._file.open("ab") as taken:
                    taken.write(self._to + b" " + (found[1] if found else b"-") + b"\n")
                self._transport.write(b"250 taken\r\n")
                continue
            line, self._buffer = self._buffer[:end], self._buffer[end + 2 :]
            self._answer(line)

    def _answer(self, line: bytes) -> None:
        match line[:4].upper():
            case b"RCPT":
                self._to = line[line.find(b"<") + 1 : line.find(b">")]
                told = b"250 ok\r\n"
            case b"DATA":
                self._in_data, told = True, b"354 go on\r\n"
            case b"QUIT":
                told = b"221 bye\r\n"
            case _:
                told = b"250 ok\r\n"
        self._transport.write(told)


async def _serve(port: int, file: Path) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Session(file), "127.0.0.1", port)
    await server.serve_forever()


@contextmanager
def mail_sink(folder: Path) -> Iterator[tuple[int, Path]]:
    """One that runs as a process of its own; gives its port and the file that it writes."""
    file = folder / "taken.txt"
    file.touch()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.mail_sink", str(port), str(file)])
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port, file
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
