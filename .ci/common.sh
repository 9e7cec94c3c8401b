# What .ci/run and the parts of .ci/full share; read by `.` in the folder of the project.
# shellcheck shell=sh

set -eu
exec </dev/null

if ! command -v cargo >/dev/null 2>&1; then
    if [ ! -x "$HOME/.cargo/bin/cargo" ]; then
        curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal -c rustfmt -c clippy
    fi
    export PATH="$HOME/.cargo/bin:$PATH"
fi
for component in fmt clippy; do
    cargo "$component" --version >/dev/null 2>&1 || rustup component add rustfmt clippy
done

# A target folder outside the clone keeps the next run on the same machine warm.
kept="$HOME/.cache/matricula"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$kept/target}"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"

# Real records are read from a folder beside the project. Where it is there, no test may skip it.
if [ -d "${MATRICULA_DATA:-../shared/data}" ]; then
    export MATRICULA_DATA_REQUIRED=1
fi

# A folder that goes with the script.
scratch=$(mktemp -d)
begun=$(date +%s)
times="$scratch/times"
: >"$times"

leave() {
    [ ! -d "$scratch/server/data" ] || sh fixtures/sql/postgres.sh stop "$scratch/server" || true
    printf '\nSeconds:\n'
    cat "$times"
    printf '%6d  all of it\n' $(($(date +%s) - begun))
    rm -rf "$scratch"
}
trap leave EXIT
# A signal ends the script by way of the above, so that no server is left running.
trap 'exit 1' HUP INT TERM

# step NAME COMMAND [ARGUMENT …]: runs it, and notes how long it took.
step() {
    doing="$1"
    started=$(date +%s)
    shift
    printf '\n== %s\n' "$doing"
    "$@"
    printf '%6d  %s\n' $(($(date +%s) - started)) "$doing" >>"$times"
}

# install_system PACKAGE …
install_system() {
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

# a_python FOLDER REQUIREMENTS …: a Python with these packages, made anew where they changed.
a_python() {
    environment="$kept/$1"
    shift
    cat "$@" >"$scratch/requirements.txt"
    cmp -s "$scratch/requirements.txt" "$environment/installed.txt" && return
    python3 -c "import ensurepip, venv" 2>/dev/null || install_system python3-venv
    python3 -m venv --clear "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check -r "$scratch/requirements.txt"
    cp "$scratch/requirements.txt" "$environment/installed.txt"
}

# Programs that write Stata, SPSS and sheet files, for a test that reads them back; and DuckDB, which runs our queries.
other_programs() {
    a_python python fixtures/formats/requirements.txt fixtures/sql/requirements.txt
    export MATRICULA_PYTHON="$kept/python/bin/python" MATRICULA_PYTHON_REQUIRED=1
}
