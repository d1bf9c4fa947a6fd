"""Places orders one after the other until it is interrupted; prints what came of each."""

import contextlib
import json
import signal
import ssl
import sys
import time
import urllib.request

URL, PAUSE = sys.argv[1], float(sys.argv[2])
ORDER = json.dumps({"item": "cup", "quantity": 1}).encode()
TRUSTING = ssl.create_default_context()
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE


def place() -> dict[str, object]:
    """Place an order, and return its id, or why there is none."""
    request = urllib.request.Request(URL, ORDER, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20, context=TRUSTING) as answer:
            return {"id": json.load(answer)["id"]}
    except OSError as error:
        return {"failed": str(error)}


# A shell starts what is in the background with interrupts ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
with contextlib.suppress(KeyboardInterrupt):
    while True:
        started = time.time()
        print(json.dumps({"at": started, **place(), "took": time.time() - started}), flush=True)
        time.sleep(PAUSE)
