"""``shopbell``: the way in. The other of the two places where any error at all is caught."""

from __future__ import annotations

import sys

from service.errors import ShopbellError, described

EXIT_FAILED = 1
EXIT_OUR_ERROR = 70  # sysexits' EX_SOFTWARE


def main() -> None:
    """Run one command. Our own errors are one sentence; anything else is our fault, and says where."""
    from service.cli.main import shopbell

    try:
        shopbell(prog_name="shopbell")
    except ShopbellError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(EXIT_FAILED)
    except Exception as error:  # noqa: BLE001  # the command line
        sys.stderr.write(f"{_our_fault(error)}\n")
        sys.exit(EXIT_OUR_ERROR)


def _our_fault(error: Exception) -> str:
    return (
        f"Shopbell failed: {described(error)}. What was stored before is untouched. "
        "`shopbell doctor` may say more; please report this line."
    )


if __name__ == "__main__":
    main()
