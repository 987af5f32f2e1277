"""Checks the pictures named on the command line with the policy in this folder, as another program would.

python use_the_library.py PICTURE...
"""

import sys

from imgpolicy import Checker, Posting, Verdict
from imgpolicy.domain.posting import Origin, Role


def main(pictures: list[str]) -> None:
    posting = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
    with Checker.from_file("imgpolicy.toml") as checker:
        for picture in pictures:
            report = checker.check(picture, posting)
            if not report.readable:
                print(f"{picture}: could not be read")
                continue
            print(f"{picture}: {report.verdict.word}")
            for finding in report.findings:
                if finding.verdict is Verdict.NO_GO:
                    print(f"  {finding.code} {finding.message}")


if __name__ == "__main__":
    main(sys.argv[1:])
