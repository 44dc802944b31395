#!/bin/bash
# SQL*Plus as its callers start it. One container's life has some sixty short scripts, and a start of Node takes longer than
# all the work of one. Where an instance is there, it runs the script (script-server.ts); otherwise, and for what may
# start or stop an instance, the whole program is started.

home=${0%/bin/*}
root=${0%%/opt/oracle/product/*}

whole() {
  exec "$home/lib/sqlplus" "$@"
}

# A server that is gone must not end this program before it has said so.
trap '' PIPE

[[ -z ${ORACLE_PDB_SID+set}${TNS_ADMIN+set} && $* != *$'\n'* ]] || whole "$@"
for file in "$root"/dev/shm/ora_*.scripts; do :; done
{ read -r port key <"$file"; } 2>/dev/null || whole "$@"
{ exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || whole "$@"
printf '%s\n' "$key" "$PWD" "$#" "$@" 2>/dev/null >&3
{ read -r answer <&3 && [[ $answer == ready ]]; } || whole "$@"

{ cat && printf '%s' "$key"; } 2>/dev/null >&3
lost=0
while read -r word value <&3; do
  case $word in
    lost) lost=$value ;;
    whole) whole "$@" <&3 ;;
    done)
      ((value != 0)) || exec cat <&3
      cat <&3
      exit "$value"
      ;;
  esac
done
printf 'ERROR:\nORA-03113: end-of-file on communication channel\n\n'
exit "$lost"
