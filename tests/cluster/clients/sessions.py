"""Holds websockets open until it is interrupted, comes back and resumes; prints what happens.

One more client publishes all the time, so that each message that the broker has accepted is
known, and when each of the others got it.
"""

import asyncio
import contextlib
import json
import signal
import ssl
import sys
import time

import websockets

URL, CLIENTS = sys.argv[1], int(sys.argv[2])
TRUSTING = ssl.create_default_context()
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE


def say(**what: object) -> None:
    """Print an event."""
    print(json.dumps({"at": time.time(), **what}), flush=True)


async def session(client: int) -> None:
    """Listen for ever, from one connection to the next."""
    last = None
    while True:
        url = f"{URL}?after={last}" if last else URL
        try:
            async with websockets.connect(url, ssl=TRUSTING, open_timeout=20) as socket:
                say(client=client, event="open")
                async for text in socket:
                    message = json.loads(text)
                    last = message.get("id") or message.get("at") or last
                    if "id" in message or "missed" in message:
                        say(client=client, **message)
                say(client=client, event="closed", code=socket.close_code)
        except (OSError, websockets.WebSocketException) as error:
            code = getattr(getattr(error, "rcvd", None), "code", 1006)
            say(client=client, event="closed", code=code, why=str(error))
            await asyncio.sleep(0.5)


async def publish() -> None:
    """Publish five messages a second; print the id of each that was accepted."""
    number = 0
    while True:
        with contextlib.suppress(OSError, websockets.WebSocketException, TimeoutError):
            async with websockets.connect(URL, ssl=TRUSTING, open_timeout=20) as socket:
                while True:
                    number += 1
                    await socket.send(json.dumps({"publish": str(number), "ref": number}))
                    answer: dict[str, object] = {}
                    while answer.get("ref") != number:
                        answer = json.loads(await asyncio.wait_for(socket.recv(), 20))
                    if "accepted" in answer:
                        say(accepted=answer["accepted"])
                    await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)


async def main() -> None:
    """Run all until the interrupt, and a little longer for what is on its way."""
    running = [asyncio.create_task(session(client)) for client in range(CLIENTS)]
    await asyncio.sleep(3)
    publisher = asyncio.create_task(publish())
    interrupted = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted.set)
    await interrupted.wait()
    publisher.cancel()
    await asyncio.sleep(5)
    for task in running:
        task.cancel()


asyncio.run(main())
