#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lets the peers of this directory talk to each other, so that their word counts when they talk to the library.
# interop.sh [document]   checks the vectors too if the path of docs/wire.md is given
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -std=c11 -Wall -Wextra -Werror -O2 -o "$work/peer" "$here/peer.c"
python="python3 $here/peer.py"
c="$work/peer"
[ $# -eq 0 ] || $python --selftest "$1"

# together NAME SERVER CLIENT...: the client must end well, and so must the server
together() {
  name=$1 server=$2 base=$3
  shift 3
  rm -f "$work/ready" # the server's shell empties it too late
  $server listen "$base" > "$work/ready" &
  pid=$!
  until grep -qs '^ready' "$work/ready"; do sleep 0.02; done
  endpoint=$(sed 's/^ready //' "$work/ready")
  client=$1
  shift
  timeout 20 $client connect "$endpoint" "$@" > "$work/out" || { echo "WRONG $name: client"; cat "$work/out"; exit 1; }
  wait $pid || { echo "WRONG $name: server"; exit 1; }
  echo "good $name $(wc -l < "$work/out") echoes"
}

for kind in unix tcp; do
  for pair in "python-c" "c-python" "python-python" "c-c"; do
    case $pair in
      python-*) server=$python ;;
      *) server=$c ;;
    esac
    [ $kind = unix ] && base="unix:$work/$pair.sock" || base="tcp:127.0.0.1:0"
    case $pair in
      *-python)
        together "$kind $pair" "$server" "$base" "$python" hello '' '65535*a' '65536*b' '65537*c' '3000000*d' bye ;;
      *)
        for length in 0 1 65535 65536 65537 1000000; do
          rm -f "$work/$pair.sock"
          together "$kind $pair $length" "$server" "$base" "$c" 20 $length
        done ;;
    esac
  done
done
