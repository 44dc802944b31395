# shellcheck shell=bash
# Loads everything that the runtime's programs need.

exec 3>&1
umask 077
# shellcheck source=lib/paths.sh
source "${SEEDBED_ROOT:-}/opt/seedbed/lib/paths.sh"
for load_name in timing log durable lock fail attempts state config secrets sql-text sqlplus pdb accounts tls tablespaces dump owners \
  data-pump import-log scripts rows secure remembered grants parameters configure schedule backup restore-test volume-preflight memory base; do
  # shellcheck source=/dev/null # each is checked as a file of its own
  source "$LIB/$load_name.sh"
done
for load_name in "${PHASES[@]}"; do
  # shellcheck source=/dev/null
  source "$LIB/phases/$load_name.sh"
done
unset load_name
# bash 5.2 replaces & in a replacement with the matched text; older versions do not have the option.
shopt -u patsub_replacement 2>/dev/null || :
timing_load

# Reads the configuration on the volume and the profile of the base image.
load_configuration() {
  config_load
  # shellcheck source=/dev/null
  source "$SELF/profiles/$PROFILE.sh"
  if [[ -d $ORACLE_HOME/bin && :$PATH: != *:"$ORACLE_HOME/bin":* ]]; then PATH=$ORACLE_HOME/bin:$PATH; fi
}
