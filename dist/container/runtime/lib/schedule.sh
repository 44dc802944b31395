# shellcheck shell=bash
# The schedule: `minute TAB hour TAB day TAB month TAB weekday TAB job`, each a star or values separated by commas. Times are UTC
# unless TZ is set.

# Fails if a line is invalid.
schedule_check() {
  local field='(\*|[0-9]{1,2}(,[0-9]{1,2})*)' tab=$'\t' line
  [[ -s $APPLY/schedule ]] || return 0
  while IFS= read -r line; do
    [[ $line =~ ^($field$tab){5}backup$ ]] ||
      fail schedule-damaged "the schedule has an invalid line: $line" "Render the manifests again."
  done <"$APPLY/schedule"
}

# Whether a value is in a set.
schedule_has() {
  [[ $1 == '*' || ,$1, == *,"$2",* ]]
}

# Prints the jobs that are due in the minute of an epoch second.
schedule_due() {
  local now minute hour day month weekday job
  local -a at
  [[ -s $APPLY/schedule ]] || return 0
  printf -v now '%(%M %H %d %m %w)T' "$1"
  read -r -a at <<<"$now"
  while IFS=$'\t' read -r minute hour day month weekday job; do
    schedule_has "$minute" "$((10#${at[0]}))" || continue
    schedule_has "$hour" "$((10#${at[1]}))" || continue
    schedule_has "$month" "$((10#${at[3]}))" || continue
    schedule_day_matches "$day" "$weekday" "$((10#${at[2]}))" "${at[4]}" || continue
    printf '%s\n' "$job"
  done <"$APPLY/schedule"
}

# As in cron(5): if both the day of the month and the weekday are restricted, one match is enough.
schedule_day_matches() {
  local day=$1 weekday=$2
  if [[ $day != '*' && $weekday != '*' ]]; then
    schedule_has "$day" "$3" || schedule_has "$weekday" "$4"
  else
    schedule_has "$day" "$3" && schedule_has "$weekday" "$4"
  fi
}

# Prints the last minute that counts as done: schedule_resume LAST NOW, both in minutes since the epoch. After a pause only
# the last minutes are caught up. A clock that was set back by hours was wrong before: waiting for it would skip jobs
# for as long as it was wrong.
schedule_resume() {
  if (($2 - $1 > 5)); then
    printf '%d' "$(($2 - 5))"
  elif (($1 - $2 > 180)); then
    printf '%d' "$2"
  else
    printf '%d' "$1"
  fi
}
