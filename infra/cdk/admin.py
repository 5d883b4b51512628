"""Create the administrator of a deployed stack: `python -m infra.cdk.admin USERNAME`."""

from __future__ import annotations

import argparse
import getpass
import os
import sys


def main() -> int:
    """Ask for a password and write the account with the caller's own AWS credentials."""
    parser = argparse.ArgumentParser(description="Create the administrator.")
    parser.add_argument("username")
    parser.add_argument("--table", default="skylabel", help="the stack's TableName")
    parser.add_argument("--password-stdin", action="store_true", help="read it, do not ask")
    arguments = parser.parse_args()
    os.environ["SKYLABEL_TABLE"] = arguments.table
    from chalicelib.accounts.admin import ensure_admin

    if arguments.password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass("Password (at least 8 characters): ")
    if len(password) < 8:
        sys.stderr.write("The password is too short: use at least 8 characters.\n")
        return 1
    created = ensure_admin(arguments.username, password)
    sys.stdout.write(
        f"Created {arguments.username}.\n"
        if created
        else f"{arguments.username} exists already; nothing was changed.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
