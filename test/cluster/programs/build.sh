#!/usr/bin/env bash
# Builds the programs of a real cluster that test/cluster starts, and prints the folder that holds them:
#   bin/   etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, helm, pause, and the linters actionlint, kubeconform, kube-score:
#          from the Go modules beside this file
#   api/   swagger.json, what Kubernetes publishes of its API in the same version
#   root/  containerd, runc, CNI plugins: the distribution's packages, unpacked and not installed; only where apt-get and dpkg are
# The folder lies outside the work tree and is named after all that its contents follow from, so it is there or it is not,
# never old. With SEEDBED_CLUSTER_ASSETS nothing is built: that folder has to hold the same.
# Cold this takes about ten CPU minutes, two gigabytes of memory, 500 MB of downloads, and 5 GB of Go's own caches; with those warm, one minute.
set -Eeuo pipefail

programs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly programs
readonly kubernetes=v1.36.3
readonly packages=(containerd runc containernetworking-plugins)

say() { printf 'cluster programs: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# A digest of everything that the programs are made of.
key() {
  (
    cd "$programs/k8s"
    go env GOVERSION GOOS GOARCH
    cd "$programs"
    sha256sum build.sh ./*/*.go ./*/go.*
    if has_packages; then grep -E '^(ID|VERSION_ID)=' /etc/os-release; fi
  ) | sha256sum | cut -c1-32
}

has_packages() { command -v apt-get >/dev/null && command -v dpkg >/dev/null && [[ -r /etc/os-release ]]; }

# $1 module  $2 package  $3 program  $4 further linker flags
build() {
  say "builds $3"
  (cd "$programs/$1" && go build -mod=readonly -trimpath -ldflags "-s -w ${4:-}" -o "$work/bin/$3" "$2") ||
    die "$3 cannot be built: what go says about it stands above. Without a network, give a folder with the programs in SEEDBED_CLUSTER_ASSETS."
}

# What the build scripts of Kubernetes stamp into a program, which otherwise takes itself for v0.0.0.
stamps() {
  local package
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- ' -X %s.%s' "$package" "gitVersion=$kubernetes" "$package" gitMajor=1 "$package" gitMinor=36 \
      "$package" gitCommit=unknown "$package" gitTreeState=archive "$package" buildDate=1970-01-01T00:00:00Z
  done
}

build_programs() {
  export CGO_ENABLED=0 GOWORK=off GOFLAGS=-buildvcs=false
  local stamps name
  stamps=$(stamps)
  mkdir -p "$work/bin"
  build etcd go.etcd.io/etcd/server/v3 etcd
  for name in kube-apiserver kube-controller-manager kube-scheduler kubelet; do
    build k8s "k8s.io/kubernetes/cmd/$name" "$name" "$stamps"
  done
  build helm helm.sh/helm/v4/cmd/helm helm
  build pause . pause
  build actionlint github.com/rhysd/actionlint/cmd/actionlint actionlint
  build kubeconform github.com/yannh/kubeconform/cmd/kubeconform kubeconform
  build kube-score github.com/zegl/kube-score/cmd/kube-score kube-score
  mkdir "$work/api"
  install -m 644 "$(cd "$programs/k8s" && go list -m -f '{{.Dir}}' k8s.io/kubernetes)/api/openapi-spec/swagger.json" "$work/api/"
}

unpack_packages() {
  if ! has_packages; then
    say "no apt-get and dpkg here: containerd, runc and CNI plugins are left out, so there will be no node"
    return
  fi
  mkdir -p "$work/packages" "$work/root"
  # As root apt-get would download as a user that may not write here.
  (cd "$work/packages" && apt-get -qq -o APT::Sandbox::User=root download "${packages[@]}" >&2) ||
    die "${packages[*]} cannot be downloaded: what apt-get says stands above (apt-get update brings its lists up to date)"
  local package
  for package in "$work"/packages/*.deb; do dpkg -x "$package" "$work/root"; done
  rm -r "$work/packages"
}

main() {
  if [[ -n ${SEEDBED_CLUSTER_ASSETS:-} ]]; then
    [[ -x $SEEDBED_CLUSTER_ASSETS/bin/kube-apiserver ]] ||
      die "SEEDBED_CLUSTER_ASSETS names $SEEDBED_CLUSTER_ASSETS, which has no bin/kube-apiserver"
    printf '%s\n' "$SEEDBED_CLUSTER_ASSETS"
    return
  fi
  command -v go >/dev/null || die "there is no Go on this machine: install Go 1.26 or newer, or give a folder with the programs in SEEDBED_CLUSTER_ASSETS"
  local cache target
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/seedbed/cluster
  target=$cache/$(key)
  if [[ ! -d $target ]]; then
    mkdir -p "$cache"
    # One builds, everybody else waits; whoever is killed lets go of the lock.
    exec {lock}>"$target.lock"
    flock --nonblock "$lock" || { say "waits for another build of the same"; flock "$lock"; }
  fi
  if [[ ! -d $target ]]; then
    work=$target.unfinished
    rm -rf "$work"
    build_programs
    unpack_packages
    mv -T "$work" "$target"
  fi
  printf '%s\n' "$target"
}

main
