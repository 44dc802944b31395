# shellcheck shell=bash
# Repairs what a kill left on the volume and no base image repairs. Files are only removed while nothing but
# `created` is recorded: otherwise the images would recreate the database over existing data.

# Checked first, because nothing can be recorded without a writable volume.
volume_must_be_writable() {
  volume_must_be_ours "$VOLUME"
  mkdir -p "$STATE" "$VOLUME/config" "$WORK" 2>/dev/null ||
    fail volume-not-writable "the volume at ${ORADATA#"$ROOT"} is not writable for uid $(id -u)" \
      "Set fsGroup 54321 on the pod, or make uid 54321 the owner of the folder."
  # With content, because an empty file can be created even on a full disk.
  printf 'seedbed\n' | durable_write "$VOLUME/.writable" 2>/dev/null ||
    fail volume-not-writable "the volume at ${ORADATA#"$ROOT"} is not writable for uid $(id -u) ($(dump_free_kilobytes) KiB are free)" \
      "Make uid 54321 the owner of the folder, or raise database.storage.size if it is full."
}

# Fails for the first file in these folders that belongs to another account and that this one may not change: what copies a
# volume as root leaves such files, and the programs that meet them later name neither. Read-only files of our own are fine.
volume_must_be_ours() {
  local folder foreign=""
  for folder in "$@"; do
    [[ ! -e $folder ]] || foreign=$(find "$folder" ! -type l ! -uid "$(id -u)" ! -writable \
      -printf '%p belongs to uid %U, gid %G (mode %m)' -quit 2>/dev/null) || :
    [[ -z $foreign ]] || fail volume-not-writable "${foreign#"$ROOT"}, and uid $(id -u) may not change it" \
      "Give everything on the volume to uid 54321 (chown -R 54321:54321), or set fsGroup 54321 on the pod."
  done
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
    # The image creates the database again and would then link the old parameter files.
    rm -rf "$folder"
  elif [[ ! -f $files/spfile$sid.ora || ! -f $files/orapw$sid || ! -f $folder/oratab ]]; then
    log_progress "a first start was interrupted while moving its files: the image creates the database again"
    rm -rf "$created" "$folder"
  fi
}

# gvenzl's image considers the database complete if dbconfig/FREE exists.
gvenzl_preflight() {
  local folder=$ORADATA/dbconfig/FREE archive=$ROOT/opt/oracle/FREE.7z count=0
  if [[ -d $folder ]]; then count=$(find "$folder" -type f | wc -l); fi
  if state_recorded; then
    ((count >= 5)) || volume_lost dbconfig/FREE
    return 0
  fi
  ((count >= 5)) && return 0
  [[ -f $archive ]] ||
    fail base-archive-missing "this container has no ${archive#"$ROOT"}, and the volume has no complete database" \
      "Use the regular image (not -faststart), and recreate the container instead of restarting it."
  if [[ -d $folder || -d $ORADATA/FREE ]]; then
    log_progress "a first start was interrupted while unpacking its files: they are unpacked again"
  fi
  rm -rf "$folder"
  # Only files are removed: 7-Zip would prompt before overwriting one, and there is no user input.
  if [[ -d $ORADATA/FREE ]]; then find "$ORADATA/FREE" -type f -delete; fi
}

# Fails before the base image can recreate the database over what is left.
volume_lost() {
  fail database-lost "the volume records an import, but the database's $1 is missing" \
    "Restore the volume from a copy, or remove ${STATE#"$ROOT"} from it to create the database again, which replaces the data."
}
