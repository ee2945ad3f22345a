#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the Autobahn WebSocket test suite (its fuzzing client) against the echo server ws_echo.
#
#   autobahn.sh [ECHO_PROGRAM] [CASES] [EXCLUDE]     default: build/ws_echo '*' '12.*,13.*'
#
# Cases 12 and 13 need permessage-deflate, which the server does not negotiate. The script runs the
# suite in Docker if it can get the image, otherwise in a chroot with Python 2, which it creates
# once in AUTOBAHN_ROOT (needs root, takes a few minutes).
# Prints each failed case and the totals. Exit 1: a case failed; 2: the suite could not run.
set -euo pipefail

echo_program=${1:-build/ws_echo}
cases=${2:-*}
exclude=${3:-12.*,13.*}
root=${AUTOBAHN_ROOT:-/var/cache/autobahn}
seconds_max=${AUTOBAHN_SECONDS:-1800}
image=crossbario/autobahn-testsuite
work=$(mktemp -d)
server=

stop_all() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap stop_all EXIT

fail() {
  echo "autobahn.sh: $1" >&2
  exit 2
}

start_server() {
  [ -x "$echo_program" ] || fail "$echo_program is missing: build the target ws_echo"
  "$echo_program" 0 >"$work/server.log" &
  server=$!
  for _ in $(seq 50); do
    port=$(sed -n 's/^listening on //p' "$work/server.log")
    [ -z "$port" ] || return 0
    sleep 0.1
  done
  fail "the echo server does not listen"
}

write_spec() {
  python3 - "$port" "$cases" "$exclude" <<'PY' >"$1"
import json, sys
port, cases, exclude = sys.argv[1:]
print(json.dumps({
    "outdir": "./reports",
    "servers": [{"agent": "roost", "url": "ws://127.0.0.1:" + port}],
    "cases": cases.split(","),
    "exclude-cases": [each for each in exclude.split(",") if each],
    "exclude-agent-cases": {},
}))
PY
}

# The suite needs Python 2; these versions of its packages work together.
make_chroot() {
  [ ! -x "$root/usr/local/bin/wstest" ] || return 0
  command -v debootstrap >/dev/null ||
    fail "neither docker with $image nor debootstrap is installed: apt-get install debootstrap"
  local packages=python2,python2-dev,gcc,libc6-dev,libffi-dev,libssl-dev,ca-certificates
  local sources=$work/wheels
  rm -rf "$root"
  mkdir -p "$root" "$sources"
  debootstrap --variant=minbase --include=$packages bullseye "$root" >"$root.log" 2>&1 ||
    fail "debootstrap failed, see $root.log"
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  python3 -m pip download -q --no-deps -d "$sources" pip==20.3.4
  python3 -m pip download -q --no-deps -d "$sources" --python-version 2.7 --only-binary=:all: \
    setuptools==44.1.1 wheel==0.37.1
  cp "$sources"/*.whl "$root/root/"
  cat >"$root/root/install.sh" <<'INSTALL'
set -e
cd /root
export PIP_CERT=/etc/ssl/certs/ca-certificates.crt
PYTHONPATH=$(ls pip-*.whl) python2 -m pip install -q ./*.whl
python2 -m pip install -q Twisted==20.3.0 autobahn==0.10.9 txaio==2.10.0 klein==17.10.0 \
  markupsafe==1.1.1 jinja2==2.11.3 cryptography==3.3.2 pyOpenSSL==21.0.0 werkzeug==0.16.1 \
  service_identity==18.1.0 unittest2 zope.interface==5.4.0
python2 -m pip install -q --no-deps autobahntestsuite==0.8.2
site=/usr/local/lib/python2.7/dist-packages
echo "import txaio; txaio.use_twisted()" >$site/choose_twisted.py
# Read after zope.interface's own .pth, which it needs.
echo "import choose_twisted" >$site/zz_choose_twisted.pth
INSTALL
  chroot "$root" bash /root/install.sh >>"$root.log" 2>&1 || {
    rm -f "$root/usr/local/bin/wstest"
    fail "the installation failed, see $root.log"
  }
}

has_image() {
  command -v docker >/dev/null && docker info >/dev/null 2>&1 || return 1
  docker image inspect "$image" >/dev/null 2>&1 && return 0
  echo "autobahn.sh: pulling $image" >&2
  timeout 600 docker pull -q "$image" >/dev/null && return 0
  echo "autobahn.sh: the pull failed; using a chroot instead" >&2
  return 1
}

run_in_docker() {
  write_spec "$work/spec.json"
  timeout "$seconds_max" docker run --rm --network host -v "$work:/suite" -w /suite "$image" \
    wstest -m fuzzingclient -s spec.json >"$work/run.log" 2>&1 || fail "the suite failed"
  reports=$work/reports
}

run_in_chroot() {
  make_chroot
  rm -rf "$root/root/reports"
  write_spec "$root/root/spec.json"
  chroot "$root" bash -c "cd /root && timeout $seconds_max wstest -m fuzzingclient -s spec.json" \
    >"$root.run.log" 2>&1 || fail "the suite failed or timed out, see $root.run.log"
  reports=$root/root/reports
}

start_server
if has_image; then
  run_in_docker
else
  run_in_chroot
fi

python3 - "$reports/index.json" <<'PY'
import json, sys
ran = next(iter(json.load(open(sys.argv[1])).values()), {})
if not ran:
    sys.exit("autobahn.sh: no case ran")
passing = {"OK", "NON-STRICT", "INFORMATIONAL"}
failed = {name: case for name, case in ran.items()
          if case["behavior"] not in passing or case["behaviorClose"] not in passing}
for name in sorted(failed, key=lambda each: [int(part) for part in each.split(".")]):
    print(name, failed[name]["behavior"], failed[name]["behaviorClose"])
strict = sum(case["behavior"] == "OK" for case in ran.values())
print(f"{len(ran) - len(failed)} passed ({strict} strictly), {len(failed)} failed")
sys.exit(1 if failed else 0)
PY
