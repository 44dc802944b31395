# shellcheck shell=bash
# Oracle Net over TLS (TCPS): a wallet of the mounted certificate and its key, and a listener that serves it. The steps are those of
# configTcps.sh in Oracle's own images (oracle/docker-images), apart from two: the wallet lies in memory, so that no key is written to the
# volume, and what is added to the listener's files is taken out before each start of the base, whose listener has no wallet yet.

readonly TLS_ADDRESS='(ADDRESS = (PROTOCOL = TCPS)(HOST = 0.0.0.0)(PORT = 2484))'
# The address that every image's listener has.
readonly TLS_BESIDE='\( *ADDRESS *= *\( *PROTOCOL *= *TCP *\) *\( *HOST *= *[^()]*\) *\( *PORT *= *1521 *\) *\)'
readonly TLS_BEGIN='# seedbed: begin' TLS_END='# seedbed: end'

# Prints a digest of what the wallet is made of; a private key cannot be guessed, so it needs no salt.
tls_inputs() {
  local file
  [[ -n ${TLS_SECRET:-} ]] || return 0
  for file in tls.crt tls.key ca.crt; do digest_file "$SECRETS/$TLS_SECRET/$file"; done | digest_stdin
}

# Before the base starts: a listener of the image's own, and every check that needs nothing but the files.
tls_prepare() {
  local program
  tls_take_out
  [[ -n $TLS_SECRET ]] || return 0
  for program in orapki openssl; do
    command -v "$program" >/dev/null || fail tls-not-supported "the base image has no $program, and no wallet can be made without it" \
      "Remove database.access.tls, or choose a base image that has it."
  done
  tls_take
}

# Serves the mounted certificate, if it does not already: while the database is open as well.
tls_apply() {
  local inputs
  [[ -n $TLS_SECRET ]] || return 0
  inputs=$(tls_inputs)
  [[ $(cat "$TLS_SERVED" 2>/dev/null) != "$inputs" ]] || return 0
  log_progress "serving the certificate of the Secret $TLS_SECRET on port 2484"
  tls_take
  tls_make_wallet
  tls_serve
  printf '%s\n' "$inputs" >"$TLS_SERVED"
}

# Takes certificate and key into memory and checks them. A version of the Secret that is replaced meanwhile is not taken.
tls_take() {
  local try file wrong
  for try in 1 2 3; do
    if tls_copy "$SECRETS/$TLS_SECRET"; then break; fi
  done
  : "$try"
  for file in tls.crt tls.key; do
    [[ -s $TLS_PAIR/$file ]] || fail tls-missing "the Secret $TLS_SECRET has no $file" \
      "Create it with type kubernetes.io/tls, or look at its maker: kubectl describe certificate."
  done
  wrong=$(tls_wrong)
  [[ -z $wrong ]] || fail tls-refused "the Secret $TLS_SECRET cannot be served: $wrong" \
    "Put a valid certificate and its own private key into the Secret."
  TLS_FINGERPRINT=$(openssl x509 -in "$TLS_PAIR/tls.crt" -fingerprint -sha256 -noout)
}

# Copies all files of one version: Kubernetes switches versions with one link, and the folder behind it never changes.
tls_copy() {
  local version file
  version=$(readlink "$1/..data") || version=.
  rm -rf "$TLS_PAIR"
  mkdir -p "$TLS_PAIR"
  for file in tls.crt tls.key ca.crt; do
    if [[ -s $1/$version/$file ]]; then cat "$1/$version/$file" >"$TLS_PAIR/$file" || return 1; fi
  done
  [[ $version == . || $(readlink "$1/..data") == "$version" ]]
}

# Prints what is wrong with the pair, if anything is: never a byte of the key.
tls_wrong() {
  local certificate=$TLS_PAIR/tls.crt key public
  if ! openssl x509 -in "$certificate" -noout 2>/dev/null; then
    printf 'tls.crt is not a certificate in PEM'
  # An empty passphrase, because it would be asked for.
  elif ! key=$(openssl pkey -in "$TLS_PAIR/tls.key" -passin pass: -pubout 2>/dev/null); then
    printf 'tls.key is not a private key in PEM without a passphrase'
  elif public=$(openssl x509 -in "$certificate" -pubkey -noout 2>/dev/null) && [[ $public != "$key" ]]; then
    printf 'tls.key is not the key of the certificate in tls.crt'
  elif ! openssl x509 -in "$certificate" -checkend 0 -noout >/dev/null 2>&1; then
    printf 'the certificate in tls.crt has expired (%s)' "$(openssl x509 -in "$certificate" -enddate -noout)"
  fi
}

# Makes the wallet. Its password is needed by nobody: the listener reads cwallet.sso without one. A PKCS#12 file of openssl's is no
# wallet to the listener, even under the name of one.
tls_make_wallet() {
  local password said=$TLS/said chain=()
  password=$(account_password)
  rm -rf "$TLS_NEW"
  mkdir -p "$TLS_NEW"
  # Clients that only know the root need what is between; a certificate that is given twice is refused.
  if [[ -s $TLS_PAIR/ca.crt && $(<"$TLS_PAIR/tls.crt") != *"$(<"$TLS_PAIR/ca.crt")"* ]]; then chain=(-certfile "$TLS_PAIR/ca.crt"); fi
  if {
    printf '%s\n' "$password" | openssl pkcs12 -export -in "$TLS_PAIR/tls.crt" -inkey "$TLS_PAIR/tls.key" \
      ${chain[@]+"${chain[@]}"} -out "$TLS_PAIR/pair.p12" -passout stdin &&
      printf '%s\n%s\n' "$password" "$password" | orapki wallet create -wallet "$TLS_NEW" -auto_login &&
      printf '%s\n%s\n' "$password" "$password" | orapki wallet import_pkcs12 -wallet "$TLS_NEW" -pkcs12file "$TLS_PAIR/pair.p12"
  } >"$said" 2>&1 && [[ -s $TLS_NEW/cwallet.sso ]]; then
    rm -rf "$TLS_PAIR"
    return 0
  fi
  rm -rf "$TLS_PAIR"
  fail tls-wallet-failed "no wallet could be made of the Secret $TLS_SECRET: $(tls_codes "$said")" \
    "Look up the code. Every release takes an RSA key with the whole chain of its certificate."
}

# Prints the codes in an output of Oracle's programs: other words of it could be anything.
tls_codes() {
  local codes
  codes=$(grep -oE '(PKI|TNS|NL|ORA)-[0-9]+' "$1" | sort -u | tr '\n' ' ') || :
  printf '%s' "${codes:-no code was printed}"
}

# Swaps the wallet and starts the listener with it. If that does not serve it, all is as it was before.
tls_serve() {
  local codes
  tls_put_in
  rm -rf "$TLS_OLD"
  if [[ -d $TLS_WALLET ]]; then mv "$TLS_WALLET" "$TLS_OLD"; fi
  mv "$TLS_NEW" "$TLS_WALLET"
  if tls_restart && tls_is_served; then
    rm -rf "$TLS_OLD"
    return 0
  fi
  codes=$(tls_codes "$TLS/said")
  rm -rf "$TLS_WALLET"
  if [[ -d $TLS_OLD ]]; then mv "$TLS_OLD" "$TLS_WALLET"; else tls_take_out; fi
  tls_restart || :
  fail tls-not-served "the listener does not serve the certificate of the Secret $TLS_SECRET: $codes" \
    "Look up the code, and read the listener's log. The listener is again as it was before."
}

# Prints the folder of the listener's files: on the volume, once the base has moved them there.
tls_folder() {
  local folder=$ORADATA/dbconfig/$ORACLE_SID
  [[ -f $folder/listener.ora ]] || folder=$ORACLE_HOME/network/admin
  printf '%s' "$folder"
}

# Adds the address and the wallet to the image's own files; both listener and server processes need the wallet.
tls_put_in() {
  local folder listener
  folder=$(tls_folder)
  ! grep -qF "$TLS_BEGIN" "$folder/listener.ora" || return 0
  # Of an attempt that ended between the two files.
  tls_take_out
  ! grep -qiE 'PROTOCOL *= *TCPS|^ *WALLET_LOCATION' "$folder"/{listener,sqlnet}.ora 2>/dev/null || fail tls-listener-unknown \
    "${folder#"$ROOT"} already configures TLS or a wallet" "Remove that from listener.ora and sqlnet.ora, or remove database.access.tls."
  listener=$(sed -E "0,/$TLS_BESIDE/I s/$TLS_BESIDE/& $TLS_ADDRESS/I" "$folder/listener.ora")
  [[ $listener == *"$TLS_ADDRESS"* ]] || fail tls-listener-unknown "${folder#"$ROOT"}/listener.ora has no address of port 1521 on one line" \
    "Give the base image a listener.ora with such an address, or remove database.access.tls."
  tls_with_wallet "$(cat "$folder/sqlnet.ora" 2>/dev/null)" | durable_write "$folder/sqlnet.ora"
  tls_with_wallet "$listener" | durable_write "$folder/listener.ora"
}

# Prints the text of a file and where the wallet is.
tls_with_wallet() {
  printf '%s\n' "$1" "$TLS_BEGIN" "WALLET_LOCATION = (SOURCE = (METHOD = FILE)(METHOD_DATA = (DIRECTORY = $DATABASE_WALLET)))" \
    'SSL_CLIENT_AUTHENTICATION = FALSE' "$TLS_END"
}

# Takes out what was added, wherever it was left.
tls_take_out() {
  local file
  for file in "$ORADATA/dbconfig/$ORACLE_SID"/{listener,sqlnet}.ora "$ORACLE_HOME/network/admin"/{listener,sqlnet}.ora; do
    if [[ -f $file && ! -L $file ]] && grep -qF "$TLS_BEGIN" "$file"; then
      sed "/^$TLS_BEGIN\$/,/^$TLS_END\$/d; s/ $TLS_ADDRESS//" "$file" | durable_write "$file"
    fi
  done
}

# A reload does not read another wallet (configTcps.sh: "Reload wouldn't work here"). Sessions that are there stay.
tls_restart() {
  lsnrctl stop >/dev/null 2>&1 </dev/null || :
  # Into a file: what the listener inherits must not hold a pipe open.
  lsnrctl start >"$TLS/said" 2>&1 </dev/null 3>&- || return 1
  sql_try register-listener root <<<'ALTER SYSTEM REGISTER;' >/dev/null
}

# Whether a client is shown the certificate: where the listener says that it listens, with a real handshake. The database's own
# endpoint for its web pages has more behind its port.
tls_is_served() {
  local port shown try
  port=$(lsnrctl status 2>/dev/null </dev/null | sed -n 's/.*PROTOCOL=tcps)(HOST=[^()]*)(PORT=\([0-9]*\))))$/\1/Ip' | head -n 1) || :
  [[ -n $port ]] || return 1
  for try in 1 2 3; do
    shown=$(timeout 20 openssl s_client -connect "127.0.0.1:$port" </dev/null 2>/dev/null | openssl x509 -fingerprint -sha256 -noout 2>/dev/null) || :
    [[ -n $shown && $shown == "$TLS_FINGERPRINT" ]] && return
    sleep 1
  done
  : "$try"
  return 1
}
