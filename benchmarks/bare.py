"""What Countersign's intake is compared with: aiohttp reading the same JSON and answering, nothing else."""

import argparse
import asyncio

from aiohttp import web


async def answer(request: web.Request) -> web.Response:
    """Parse the body and answer one small object."""
    await request.json()
    return web.json_response({"status": "success"})


async def serve() -> None:
    """Listen on any free port, say where, and stay."""
    app = web.Application()
    app.router.add_post("/api/v1/placeorder", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    asyncio.run(serve())
