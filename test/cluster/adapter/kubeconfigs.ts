import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openCluster } from "../../../src/adapters/kubernetes/open-cluster.ts";
import { systemClock } from "../../../src/adapters/process/clock.ts";
import type { Cluster, ClusterChoice } from "../../../src/ports/cluster.ts";
import type { ControlPlane } from "../control-plane.ts";

interface Login {
  server?: string;
  token?: string;
  /** Whom the administrator impersonates (kubernetes.io, "User impersonation"): a user without rights of his own. */
  as?: string;
  /** Anything else of `users[].user`. */
  user?: object;
  cluster?: object;
}

/** Writes a kubeconfig for a login at a control plane, and returns its path. */
export function writeKubeconfig(plane: ControlPlane, name: string, login: Login = {}): string {
  const cluster = {
    server: login.server ?? plane.server,
    "certificate-authority-data": Buffer.from(plane.ca).toString("base64"),
    ...login.cluster,
  };
  const user = login.user ?? { token: login.token ?? plane.token, ...(login.as !== undefined && { as: login.as }) };
  const path = join(plane.folder, `kubeconfig-${name}`);
  const text = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** The product's adapter, with the environment that is given and no other; `closeAll` ends what was opened. */
export async function open(choice: ClusterChoice, environment: Record<string, string> = {}): Promise<Cluster> {
  const { signal } = new AbortController();
  const cluster = await openCluster(choice, { environment, clock: { ...systemClock, sleep: async () => {} }, signal });
  opened.push(cluster);
  return cluster;
}

const opened: Cluster[] = [];

/** Before the server: it waits a minute for connections that are kept open. */
export async function closeAll(): Promise<void> {
  for (const cluster of opened.splice(0)) await cluster.close();
}
