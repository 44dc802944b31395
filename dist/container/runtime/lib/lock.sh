# shellcheck shell=bash
# Locks that name their owner: one whose owner is gone, however it ended, holds nobody up.

# Prints `PID START` of a process; fails when there is none. A number that was given again has another start.
lock_owner() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  # The name in parentheses may hold anything: the fields behind it are counted.
  local -a fields
  read -r -a fields <<<"${stat##*) }"
  # A process that has ended and was not waited for is there by name only.
  [[ ${fields[0]} != Z ]] || return 1
  printf '%s %s' "$1" "${fields[19]}"
}

# Takes a lock for this process; fails where a living one has it. A link appears with its text or not at all.
lock_take() {
  local lock=$1 mine=$1.$BASHPID try held
  lock_owner "$BASHPID" >"$mine" || return
  for try in 1 2 3; do
    if ln "$mine" "$lock" 2>/dev/null; then
      rm -f "$mine"
      return 0
    fi
    held=$(cat "$lock" 2>/dev/null) || continue
    if [[ -n $held && $(lock_owner "${held%% *}") == "$held" ]]; then break; fi
    lock_clear "$lock" "$held"
  done
  : "$try"
  rm -f "$mine"
  return 1
}

# Removes a lock that still says what it said; another process may have cleared it and taken it meanwhile.
lock_clear() {
  local aside=$1.gone.$BASHPID
  mv "$1" "$aside" 2>/dev/null || return 0
  if [[ $(<"$aside") != "$2" ]]; then ln "$aside" "$1" 2>/dev/null || :; fi
  rm -f "$aside"
}

# Gives back a lock that this process has.
lock_release() {
  # Not in the substitution below: there it is another process.
  local self=$BASHPID
  if [[ $(cat "$1" 2>/dev/null) == "$(lock_owner "$self")" ]]; then rm -f "$1"; fi
}
