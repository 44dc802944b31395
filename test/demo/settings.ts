import type { World } from "../world/world.ts";

/** `.github/seedbed.yml` of the demo: ports and keys are those of the simulated world. */
export function renderDemoSettings(world: World): string {
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
