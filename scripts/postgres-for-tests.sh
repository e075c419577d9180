#!/bin/sh
# A PostgreSQL 17 with pgvector for the test suites, in a folder of its own: Debian's packages are installed into a
# small root below it, because older Debians carry no pgvector. Needs root and debootstrap; prints the URL.
#
#   scripts/postgres-for-tests.sh start [DIR]    installs where needed, starts, prints the URL (default .tmp/postgres)
#   scripts/postgres-for-tests.sh stop  [DIR]
#   scripts/postgres-for-tests.sh url   [DIR]    prints the URL of the one that runs, or fails
#   scripts/postgres-for-tests.sh tool NAME ARG… runs a program of that PostgreSQL, such as pg_dump (DIR by POSTGRES_DIR)
set -eu

action=${1:-start}
here=$(cd "$(dirname "$0")/.." && pwd)
dir=${POSTGRES_DIR:-$here/.tmp/postgres}
[ "$action" = tool ] || dir=${2:-$dir}
root=$dir/root
bin=/usr/lib/postgresql/17/bin
data=/var/lib/project-sync-tests

inside() { chroot "$root" su postgres -s /bin/sh -c "LC_ALL=C.UTF-8 PATH=$bin:\$PATH $*"; }
running() { [ -d "$root$data" ] && inside pg_ctl -D "$data" status >/dev/null 2>&1; }
url() { printf 'postgresql://postgres@127.0.0.1:%s/postgres\n' "$(cat "$dir/port")"; }

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null ||
    node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

install() {
  [ -x "$root$bin/postgres" ] && return
  command -v debootstrap >/dev/null || { apt-get update -qq && apt-get install -y -qq debootstrap; } >&2
  mkdir -p "$dir"
  # A download that breaks off ends all of it, and the next attempt begins anew.
  for attempt in 1 2 3; do
    rm -rf "$root"
    debootstrap --variant=minbase --include=postgresql-17,postgresql-17-pgvector trixie "$root" >"$dir/install.log" 2>&1 && return
    tail -20 "$dir/install.log" >&2
    echo "Attempt $attempt to install PostgreSQL failed." >&2
  done
  exit 1
}

create() {
  [ -f "$root$data/PG_VERSION" ] && return
  chroot "$root" install -d -o postgres -g postgres -m 700 "$data"
  # A locale other than C on purpose: an ORDER BY that forgot byte order shows itself here.
  chroot "$root" sh -c 'command -v locale-gen >/dev/null' || true
  inside initdb -D "$data" --auth=trust --encoding=UTF8 --locale-provider=icu --icu-locale=en-US --locale=C.UTF-8 \
    >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
  # Only for tests: nothing here outlives them, so nothing is worth an fsync.
  cat >>"$root$data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
dynamic_shared_memory_type = mmap
max_connections = 200
fsync = off
full_page_writes = off
CONF
}

case $action in
  start)
    install
    create
    if ! running; then
      free_port >"$dir/port"
      rm -f "$root$data/postmaster.pid"
      inside "pg_ctl -D $data -w -t 60 -o '-p $(cat "$dir/port")' -l $data/server.log start" >"$dir/start.log" 2>&1 </dev/null ||
        { cat "$dir/start.log" "$root$data/server.log" >&2; exit 1; }
    fi
    url
    ;;
  stop) if running; then inside pg_ctl -D "$data" -m fast -w stop >/dev/null; fi ;;
  url) running && url ;;
  tool) shift; name=$1; shift; exec chroot "$root" "$bin/$name" "$@" ;;
  *) sed -n '2,9p' "$0" >&2; exit 2 ;;
esac
