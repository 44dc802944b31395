# shellcheck shell=bash
# The dump set: a cached copy on the volume, the original in the image. Its digest decides which one is used.

# Whether the facts in a folder are those of the dump set that the lock names.
dump_is_ours() {
  [[ -s $1/SHA256SUMS && $(digest_file "$1/SHA256SUMS") == "$DUMP_SET" ]]
}

# Prints the names of the dump files, one per line.
dump_files() {
  sed 's/^[0-9a-f]*  //' "$1/SHA256SUMS" | grep -vxE 'rows\.tsv|dumpset\.json'
}

# Whether a folder contains every dump file.
dump_is_there() {
  local folder=$1 facts=$2 name
  while IFS= read -r name; do
    [[ -f $folder/$name ]] || return 1
  done < <(dump_files "$facts")
}

# Sets DUMP_AT, FACTS_AT and DUMP_DIRECTORY (as the database sees it): the volume first, then the image.
# shellcheck disable=SC2034 # the phases read what is set
dump_locate() {
  # shellcheck disable=SC2153 # lib/paths.sh has it
  if dump_is_ours "$FACTS" && dump_is_there "$DUMP" "$FACTS"; then
    DUMP_AT=$DUMP FACTS_AT=$FACTS DUMP_DIRECTORY=$DATABASE_VOLUME/dump
  elif dump_is_ours "$IMAGE_FACTS" && dump_is_there "$IMAGE_DUMP" "$IMAGE_FACTS"; then
    DUMP_AT=$IMAGE_DUMP FACTS_AT=$IMAGE_FACTS DUMP_DIRECTORY=$DATABASE_IMAGE_DUMP
  else
    return 1
  fi
}

# Copies the image's dump set to the volume. The facts are copied last: without them the copy is not used.
dump_copy() {
  local name
  rm -rf "$FACTS" "$DUMP" "$VOLUME/dump.part" "$VOLUME/facts.part"
  dump_must_fit
  mkdir -p "$VOLUME/dump.part" "$VOLUME/facts.part"
  while IFS= read -r name; do
    log_progress "copying $name to the volume"
    dump_copy_file "$IMAGE_DUMP/$name" "$VOLUME/dump.part/$name"
  done < <(dump_files "$IMAGE_FACTS")
  for name in SHA256SUMS rows.tsv dumpset.json; do
    dump_copy_file "$IMAGE_FACTS/$name" "$VOLUME/facts.part/$name"
  done
  durable_sync "$VOLUME/dump.part"
  mv "$VOLUME/dump.part" "$DUMP"
  durable_sync "$VOLUME"
  mv "$VOLUME/facts.part" "$FACTS"
  durable_sync "$VOLUME"
}

dump_copy_file() {
  dd if="$1" of="$2" bs=1M conv=fsync 2>/dev/null ||
    fail volume-full "${1##*/} could not be copied to the volume ($(dump_free_kilobytes) KiB are free)" \
      "Raise database.storage.size, or set database.storage.keep_dump to false."
}

# Fails before copying if the volume has too little space.
dump_must_fit() {
  local needed free
  needed=$(kilobytes_of "$IMAGE_DUMP")
  free=$(dump_free_kilobytes)
  ((free > needed + needed / 10)) ||
    fail volume-full "the dump needs $needed KiB on the volume, but only $free KiB are free" \
      "Raise database.storage.size, or set database.storage.keep_dump to false."
}

# Prints the size of the files in a folder.
kilobytes_of() {
  local size sum=0
  while read -r size; do
    sum=$((sum + size))
  done < <(stat -L -c %s "$1"/*)
  printf '%d' "$((sum / 1024 + 1))"
}

dump_free_kilobytes() {
  df -Pk "$VOLUME" | awk 'NR == 2 { print $4 }'
}

# Checks every file against SHA256SUMS and reports those that differ.
dump_verify() {
  local result
  [[ $(digest_file "$FACTS_AT/SHA256SUMS") == "$DUMP_SET" ]] ||
    fail dump-set-differs "SHA256SUMS in ${FACTS_AT#"$ROOT"} does not belong to $DUMP_SET" "Seed the database again."
  result=$(dump_sums | sha256sum -c --quiet - 2>/dev/null) && return
  result=${result//$DUMP_AT\//}
  result=${result//$FACTS_AT\//}
  dump_forget_damaged
  fail dump-damaged "$(head -n 3 <<<"$result" | tr '\n' ' ')in ${DUMP_AT#"$ROOT"} differs from the exported file" \
    "The next start copies it from the image again. If that one is damaged too, seed the database again."
}

# Prints SHA256SUMS with the path of each file.
dump_sums() {
  local hex name
  while read -r hex name; do
    case $name in
      rows.tsv | dumpset.json) printf '%s  %s\n' "$hex" "$FACTS_AT/$name" ;;
      *[!A-Za-z0-9._\$#-]* | '') printf '%s  %s\n' "$hex" "/nonexistent/unexpected name" ;;
      *) printf '%s  %s\n' "$hex" "$DUMP_AT/$name" ;;
    esac
  done <"$FACTS_AT/SHA256SUMS"
}

# A damaged copy must not be used again: the image may have an intact one.
dump_forget_damaged() {
  state_void_from "$(state_index found)"
  [[ $DUMP_AT == "$IMAGE_DUMP" ]] || rm -rf "$FACTS" "$DUMP"
}

# Removes the copy if the request does not keep it.
dump_drop_unwanted() {
  [[ $KEEP_DUMP == no && -d $DUMP ]] || return 0
  rm -rf "$FACTS" "$DUMP"
}
