#!/usr/bin/env python3
import os
import sys
from pathlib import Path


def meant_for_demo(command: str) -> bool:
    """`demo` starts one; `today` belongs to one, where the data folder holds one."""
    folder = Path(os.environ.get("DATA_DIR") or Path(__file__).resolve().parent / "var")
    return command == "demo" or (command == "today" and (folder / "demo.json").exists())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if meant_for_demo("".join(sys.argv[1:2])):
        os.environ.setdefault("DEMO", "1")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
