import type { Cluster } from "./cluster/cluster.ts";
import type { SimulatedSource } from "./oracle/database/create-source-database.ts";
import type { TnsServer } from "./oracle/tns/server.ts";
import type { WorldRegistry } from "./registry/registry.ts";
import type { SshWorldHost } from "./ssh/host.ts";

/** `world.json`: what the world itself counted. */
export interface WorldCounts {
  exports: { started: number; completed: number; stopped: number };
  data_pump: { jobs_left: string[]; files_left: string[]; statements_refused: number };
  logons: { ok: number; refused: number };
  ssh: { connections: number; refused: number; bytes_read: number };
  registry: { blobs_put: number; blobs_mounted: number; bytes_in: number; manifests: string[]; refused: number };
  container: { starts: number; exits: { start: number; code: number; phase: string }[] };
}

interface Parts {
  source: SimulatedSource;
  listener: TnsServer;
  ssh: SshWorldHost;
  registry: WorldRegistry;
  cluster: Cluster;
}

/** Asks every part of the world for its counters. */
export async function countWorld({ source, listener, ssh, registry, cluster }: Parts): Promise<WorldCounts> {
  const { exports, jobs_left, files_left, statements_refused } = source.counts();
  const { blobs_put, blobs_mounted, bytes_in, manifests, refused } = registry.counters;
  const { pod } = cluster.database("hr");
  return {
    exports,
    data_pump: { jobs_left, files_left, statements_refused },
    logons: { ...listener.counters.logons },
    ssh: { ...ssh.counters },
    registry: { blobs_put, blobs_mounted, bytes_in, manifests: [...manifests], refused },
    container: { starts: pod.starts, exits: pod.exits.map(({ start, code, phase }) => ({ start, code, phase })) },
  };
}
