"""Starts one command and prints how long it took, the most memory it held, and how it ended.

A process of its own and small, because the kernel counts the memory of a parent to its child until the child starts.
"""

import json
import os
import sys
import time


def main() -> None:
    output, command = sys.argv[1], sys.argv[2:]
    start = time.perf_counter()
    actions = [(os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2)]
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    print(json.dumps({
        "seconds": seconds, "peak": usage.ru_maxrss / 1024, "processor": usage.ru_utime + usage.ru_stime,
        "code": os.waitstatus_to_exitcode(status),
    }))


if __name__ == "__main__":
    main()
