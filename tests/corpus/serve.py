"""A portal and its worker in a process of their own, which tells in the end how large its children grew."""

import os
import resource
import sys

from portal import create_app, server
from portal.settings import Settings
from portal.wiring import wire


def main() -> None:
    """Print the address, serve until told to stop, print the most memory of a child in KiB."""
    wiring = wire(Settings.from_environment(os.environ))
    app = create_app(wiring.settings, wiring=wiring)
    with server.serving(app, wiring.settings.host, wiring.settings.port) as url, server.working(wiring):
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        server.wait_for_the_end()
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\n")


if __name__ == "__main__":
    main()
