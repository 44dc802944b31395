#!/bin/bash
# Stand-in for runUserScripts.sh of oracle/docker-images: a child of PID 1; *.sh is sourced into it, *.sql goes to sqlplus.

SCRIPTS_ROOT="$1"
if [ -z "$SCRIPTS_ROOT" ]; then
  echo "$0: No SCRIPTS_ROOT passed on, no scripts will be run"
  exit 1
fi
if [ -d "$SCRIPTS_ROOT" ] && [ -n "$(ls -A "$SCRIPTS_ROOT")" ]; then
  echo ""
  echo "Executing user defined scripts"
  for f in "$SCRIPTS_ROOT"/*; do
    case "$f" in
      *.sh)
        echo "$0: running $f"
        # shellcheck disable=SC1090
        . "$f"
        ;;
      *.sql)
        echo "$0: running $f"
        echo "exit" | sqlplus -s "/ as sysdba" "@$f"
        echo
        ;;
      *) echo "$0: ignoring $f" ;;
    esac
    echo ""
  done
  echo "DONE: Executing user defined scripts"
  echo ""
fi
