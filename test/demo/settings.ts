/** Where the simulated world listens, and by which keys and digests it is known. */
interface Places {
  ssh: { port: number; hostKey: string };
  registry: { host: string };
  baseDigest: string;
}

/** `.github/seedbed.yml` of the demo. */
export function renderDemoSettings(world: Places): string {
  return `version: 1
platform: { teams: [acme/platform] }
sources:
  hr-prod:
    dba: { teams: [acme/dba] }
    reseed: { users: [ada] }
    ssh: { host: 127.0.0.1, port: ${world.ssh.port}, user: dump, host_key: "${world.ssh.hostKey}" }
    listener: { host: 127.0.0.1, port: 1521 }
    service_name: HRPDB
    directory: SEEDBED_DIR
    environment: source-hr-prod
    runner: { group: seedbed, labels: [linux] }
    schemas: [HR, OE]
registries: { seeds: { repository: ${world.registry.host}/dev } }
bases: { free-26ai: { image: "${world.registry.host}/base/free@${world.baseDigest}", platform: linux/amd64, profile: gvenzl-free } }
clusters:
  rke-dev: { fleet_cluster: rke-dev, projects: { dev-databases: "c-m-1:p-1" }, secrets: { kind: existing } }
`;
}
