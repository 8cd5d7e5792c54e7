# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail server that accepts everything and delivers it into a folder.

    smtp_sink.py HOST PORT FOLDER WORK_FOLDER

Each message becomes NNNNNN-MILLISECONDS.eml: its bytes as they came, below three kinds of
header that hold the envelope. A file appears whole or not at all."""
import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Sink:
    def __init__(self, folder: Path, work: Path):
        self.folder, self.work = folder, work
        self.count = max((int(p.name.split("-")[0]) for p in folder.glob("*-*.eml")), default=0)

    async def handle_DATA(self, server, session, envelope) -> str:
        self.count += 1
        name = f"{self.count:06d}-{time.time_ns() // 1_000_000}.eml"
        lines = [f"X-Envelope-From: {envelope.mail_from or '<>'}",
                 *(f"X-Envelope-To: {rcpt}" for rcpt in envelope.rcpt_tos),
                 f"X-Envelope-Received: {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}"]
        head = "".join(line + "\r\n" for line in lines).encode("utf-8", "surrogateescape")
        temporary = self.work / name
        try:
            temporary.write_bytes(head + envelope.original_content)
            os.rename(temporary, self.folder / name)
        except OSError as error:
            print(f"cannot keep {name}: {error}", flush=True)
            return f"451 sink cannot write: {error.strerror}"
        return f"250 kept as {name}"


async def main(host: str, port: str, folder: str, work: str) -> None:
    sink = Sink(Path(folder), Path(work))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, data_size_limit=None, enable_SMTPUTF8=True, loop=loop,
                     ident="mm2to3 SMTP sink"), host, int(port))
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    print(f"listening on {host}:{port}", flush=True)
    await stopped.wait()
    server.close()


asyncio.run(main(*sys.argv[1:]))
