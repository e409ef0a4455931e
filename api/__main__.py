"""Start Renxin with any Python: `python3 -m api run`.

In charge of finding a Python that Renxin runs on. Imports nothing that has to be installed, and is written so
that an old Python can still read it and say what is wrong.
"""

import os
import shutil
import sys

OLDEST = (3, 11)
TOO_NEW = (3, 15)
OTHERS = ("python3.14", "python3.13", "python3.12", "python3.11")


def main() -> int:
    if OLDEST <= sys.version_info[:2] < TOO_NEW:
        from api.process.bootstrap import main as bootstrap  # noqa: PLC0415 - an old Python cannot read it

        return bootstrap(sys.argv[1:])
    for name in OTHERS:
        other = shutil.which(name)
        if other:
            os.execv(other, [other, "-m", "api"] + sys.argv[1:])  # noqa: RUF005, S606
    print("renxin: needs Python 3.11, 3.12, 3.13 or 3.14; this is Python %d.%d." % sys.version_info[:2])  # noqa: UP031
    return 1


if __name__ == "__main__":
    sys.exit(main())
