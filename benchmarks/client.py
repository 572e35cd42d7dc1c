"""The same load by an ordinary HTTP client, aiohttp's, in a process of its own; it costs more than its server."""

import argparse
import asyncio
import json
import sys
from time import perf_counter

from aiohttp import ClientSession, TCPConnector

from benchmarks.load import Run
from benchmarks.processes import Running
from benchmarks.wire import Wrong

_JSON = {"Content-Type": "application/json"}


async def apply_client_load(server: Running, path: str, body: bytes, connections: int, seconds: float) -> Run:
    """Post over so many connections for so long. Raises Wrong for any answer that is not 200."""
    had = server.cpu()
    arguments = ("-m", "benchmarks.client", server.url + path, str(connections), str(seconds))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=pipe, stdout=pipe)
    said, _ = await process.communicate(body)
    if process.returncode:
        raise Wrong(f"the client ended with status {process.returncode}: {said[:200]!r}")
    told = json.loads(said)
    bodies = [text.encode() for text in told["bodies"]]
    return Run(told["lasted"], server.cpu() - had, told["latencies"], bodies)


class _Strategy:
    """Posts the same body again and again, each time after its answer."""

    def __init__(self, url: str, body: bytes, deadline: float) -> None:
        self._url = url
        self._body = body
        self._deadline = deadline
        self.latencies: list[float] = []
        self.bodies: list[str] = []

    async def run(self, session: ClientSession) -> None:
        """Raises Wrong for any answer that is not 200."""
        now = perf_counter()
        while now < self._deadline:
            sent_at = now
            async with session.post(self._url, data=self._body, headers=_JSON) as answer:
                text = await answer.text()
            now = perf_counter()
            if answer.status != 200:
                raise Wrong(f"answered {answer.status} {text[:200]!r}")
            self.latencies.append(now - sent_at)
            self.bodies.append(text)


async def _post(url: str, body: bytes, connections: int, seconds: float) -> dict[str, object]:
    started = perf_counter()
    strategies = [_Strategy(url, body, started + seconds) for _ in range(connections)]
    async with ClientSession(connector=TCPConnector(limit=connections)) as session:
        await asyncio.gather(*(one.run(session) for one in strategies))
    lasted = perf_counter() - started
    return {
        "lasted": lasted,
        "latencies": [seconds for one in strategies for seconds in one.latencies],
        "bodies": [text for one in strategies for text in one.bodies],
    }


def main() -> int:
    """The body comes on standard input, what was seen goes to standard output; status 1 after a wrong answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("connections", type=int)
    parser.add_argument("seconds", type=float)
    options = parser.parse_args()
    body = sys.stdin.buffer.read()
    try:
        seen = asyncio.run(_post(options.url, body, options.connections, options.seconds))
    except Wrong as fault:
        print(fault)
        return 1
    json.dump(seen, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
