#!/usr/bin/env python3
"""One question to DuckDB or polars in a process of its own: `engine.py JOB`, where JOB is JSON.

The clock starts when the engine is loaded and stops when every row of the answer is there.
"""

import json
import sys
import time


def ask_duckdb(job: dict, files) -> dict:
    import duckdb
    from duckdb_questions import QUESTIONS

    start = time.perf_counter()
    connection = duckdb.connect()
    if files.threads:
        connection.execute(f"SET threads = {files.threads}")
    QUESTIONS[job["question"]](connection, files)
    rows = connection.execute("SELECT count(*) FROM answer").fetchone()[0]
    seconds = time.perf_counter() - start
    if job.get("keep"):
        connection.execute(f"COPY answer TO '{job['keep']}' (FORMAT parquet)")
    return {"seconds": seconds, "rows": rows}


def ask_polars(job: dict, files) -> dict:
    from polars_questions import QUESTIONS

    start = time.perf_counter()
    answer = QUESTIONS[job["question"]](files)
    seconds = time.perf_counter() - start
    if job.get("keep"):
        answer.write_parquet(job["keep"])
    return {"seconds": seconds, "rows": answer.height}


def main() -> None:
    job = json.loads(sys.argv[1])
    import questions

    files = questions.Files(**job["files"])
    print(json.dumps({"duckdb": ask_duckdb, "polars": ask_polars}[job["engine"]](job, files)))


if __name__ == "__main__":
    main()
