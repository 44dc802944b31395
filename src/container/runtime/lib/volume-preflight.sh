# shellcheck shell=bash
# What a kill left on the volume that no base image repairs by itself. Files are removed only while nothing but
# `created` is recorded: the images would otherwise recreate the database over data that somebody needs.

# The first thing of all: nothing can be recorded without it.
volume_must_be_writable() {
  mkdir -p "$STATE" "$VOLUME/config" "$WORK" 2>/dev/null ||
    fail volume-not-writable "the volume at ${ORADATA#"$ROOT"} cannot be written by uid $(id -u)" \
      "Set fsGroup 54321 on the pod, or give the folder to uid 54321."
  # Some bytes: an empty file can still be made on a full disk.
  printf 'seedbed\n' | durable_write "$VOLUME/.writable" 2>/dev/null ||
    fail volume-not-writable "the volume at ${ORADATA#"$ROOT"} cannot be written by uid $(id -u) ($(dump_free_kilobytes) KiB are free)" \
      "Give the folder to uid 54321, or raise database.storage.size when it is full."
}

# Oracle's own images, with the folder of the parameter files below dbconfig (empty or dbs).
oracle_image_preflight() {
  local sid=$ORACLE_SID folder=$ORADATA/dbconfig/$ORACLE_SID created=$ORADATA/.$ORACLE_SID.created
  local files=$folder/${1:-.}
  if state_recorded; then
    [[ -f $created && -d $ORADATA/$sid ]] || volume_lost ".$sid.created"
    [[ -f $files/spfile$sid.ora && -f $files/orapw$sid && -f $folder/oratab ]] || volume_lost "dbconfig/$sid"
    return 0
  fi
  if [[ ! -f $created ]]; then
    # The image creates anew and would then link the old parameter files.
    rm -rf "$folder"
  elif [[ ! -f $files/spfile$sid.ora || ! -f $files/orapw$sid || ! -f $folder/oratab ]]; then
    log_progress "a first start was cut off while it moved its files: the image creates the database again"
    rm -rf "$created" "$folder"
  fi
}

# gvenzl's image takes dbconfig/FREE alone for a sign that everything is there.
gvenzl_preflight() {
  local folder=$ORADATA/dbconfig/FREE archive=$ROOT/opt/oracle/FREE.7z count=0
  if [[ -d $folder ]]; then count=$(find "$folder" -type f | wc -l); fi
  if state_recorded; then
    ((count >= 5)) || volume_lost dbconfig/FREE
    return 0
  fi
  ((count >= 5)) && return 0
  [[ -f $archive ]] ||
    fail base-archive-missing "this container has no ${archive#"$ROOT"}, and the volume has no whole database" \
      "Use the regular image (not -faststart), and recreate the container instead of restarting it."
  if [[ -d $folder || -d $ORADATA/FREE ]]; then
    log_progress "a first start was cut off while it unpacked its files: they are unpacked again"
  fi
  rm -rf "$folder"
  # The folders stay; 7-Zip would ask before it overwrites a file, and nobody answers.
  if [[ -d $ORADATA/FREE ]]; then find "$ORADATA/FREE" -type f -delete; fi
}

# Ends before the base image gets a chance to recreate the database over what is left.
volume_lost() {
  fail database-lost "the volume records an import, but the database's $1 is missing" \
    "Restore the volume from a copy, or remove ${STATE#"$ROOT"} from it to make the database anew; that replaces the data."
}
