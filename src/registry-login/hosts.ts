/** Docker Hub, as image references name it. */
const HUB = "docker.io";

/**
 * The key of a registry in a docker configuration, and what its credential helper is asked for. Docker Hub has a key of its
 * own: docker/cli cli/config/configfile/file.go, getAuthConfigKey.
 */
export function configKeyOf(host: string): string {
  return host === HUB ? "https://index.docker.io/v1/" : host;
}

/**
 * Whether a key below `auths` that is not the registry's own means it all the same: a URL, or a host with a path, which is
 * then left out (docker/cli cli/config/credentials/file_store.go, ConvertToHostname). Docker Hub's other names count too
 * (containers/image pkg/docker/config/config.go, normalizeRegistry).
 */
export function keyMeansHost(key: string, host: string): boolean {
  const named = hostOfKey(key);
  return named === host || (host === HUB && HUB_NAMES.has(named));
}

const HUB_NAMES = new Set([HUB, "index.docker.io", "registry-1.docker.io"]);

function hostOfKey(key: string): string {
  return key.replace(/^https?:\/\//, "").split("/", 1)[0]!;
}
