import { parseImageReference } from "../image/reference.ts";
import { KINDS } from "../cluster/kinds.ts";
import { bundleName } from "../manifests/names.ts";
import type { Cluster } from "../ports/cluster.ts";
import { SeedbedError } from "../problem/error.ts";
import { pullLoginOf, type PullLogin } from "../registry-login/pull-login.ts";
import { checkPullSecret, writePullSecret, type PullTask } from "../use-cases/pull-secret.ts";
import { notReadable } from "../use-cases/find-pod.ts";
import type { Bench } from "./bench.ts";
import type { DeployTask } from "./deploy-task.ts";

/** The person's login for the registry of the seed images, and the Secret of the settings that is to hold it. */
export async function openPullTask(bench: Bench, task: DeployTask, cluster: Cluster): Promise<PullTask> {
  const { repository, pull_secret: secret } = task.registries.seeds;
  if (secret?.kind !== "existing") {
    const other = secret === undefined ? "no Secret for pulling" : "one that the External Secrets operator makes";
    throw new SeedbedError("pull-secret-not-wanted", `registries.seeds.pull_secret of the settings names ${other}.`, {
      fix: "Set it to { kind: existing, name: … } in .github/seedbed.yml and render, or leave --pull-login out. Nothing was changed.",
    });
  }
  const { host } = parseImageReference(`${repository}/${task.database}`);
  const login = pullLoginOf(host, await bench.findLogin(host));
  warnOfLife(bench, login);
  return { cluster, database: task.database, name: secret.name, login };
}

function warnOfLife(bench: Bench, { host, life }: PullLogin): void {
  if (life === null) return;
  bench.err(
    `warning: this login for ${host} lasts ${life.lasts} (${life.what}). Afterwards no node can pull the image any more: use a login that stays, or --pull-login-only again.\n`,
  );
}

/** Says what becomes of the Secret; its values are never shown. Throws where it is not ours. */
export async function announcePullSecret(bench: Bench, pull: PullTask): Promise<void> {
  const verb = await checkPullSecret(pull);
  bench.out(`  ${verb}   Secret/${pull.name}: the login of ${pull.login.host}, from ${pull.login.from}\n`);
}

/** The Secret alone, for a database that Fleet or others deploy. */
export async function deployPullSecret(bench: Bench, pull: PullTask, dryRun: boolean): Promise<0> {
  const { cluster, database } = pull;
  const name = bundleName(database);
  const namespace = await cluster.get(KINDS.namespace, { name });
  if (namespace.state === "absent")
    throw new SeedbedError("namespace-missing", `The cluster of context ${cluster.context} has no namespace ${name}.`, {
      fix: "Deploy the database first, with --no-wait: made by hand, the namespace would be in Fleet's way. Nothing was changed.",
    });
  if (namespace.state === "denied") throw notReadable(cluster, namespace.why);
  bench.out(`${database} on ${cluster.server} (context ${cluster.context}), its pull Secret alone:\n`);
  await announcePullSecret(bench, pull);
  await writePullSecret(pull, { dryRun });
  return 0;
}
