import { canonicalJson } from "../crypto/digest.ts";
import { folderOf } from "../layout/database-folder.ts";
import { accessLabel, patternsOf } from "../manifests/client-rules.ts";
import { wholeOf } from "../document/quantity.ts";
import type { Problem } from "../problem/problem.ts";
import type { PlanState, WantedState } from "./plan-state.ts";
import type { Change, Plan } from "./plan.ts";
import type { Work } from "../digests/work.ts";

interface RiskInput {
  database: string;
  before: PlanState;
  after: WantedState;
  work: Work;
  refusals: Change[];
}

type Risk = Pick<Problem, "code" | "what" | "why" | "fix"> & { docs: string; severity?: "error" };

/** What a reviewer should know before approving, refused changes first. Line and column are 1: a plan is not about lines. */
export function findRisks(input: RiskInput): Problem[] {
  const { after, work } = input;
  const seeds = work === "export" || work === "image";
  const risks: Risk[] = [
    ...input.refusals.map(explainRefusal),
    ...(seeds ? [...findDataRisks(after), ...findSafetyRisks(after), ...findSpaceRisk(after)] : []),
    ...findReplacement(after, work),
    ...findAccessRisks(input.before, after),
    ...findTlsRisk(input.before, after),
  ];
  return risks.map(({ docs, severity, ...risk }): Problem => ({
    severity: severity ?? "warning",
    path: folderOf(input.database).request,
    line: 1,
    column: 1,
    ...risk,
    docs: `docs/reference/database_config.md#${docs}`,
  }));
}

/** The problems of what a plan refuses: the only errors among its risks. */
export function refusalsOf({ risks }: Plan): Problem[] {
  return risks.filter(({ severity }) => severity === "error");
}

function explainRefusal(change: Change): Risk {
  const shrinks = change.field === "database.storage.size";
  return {
    severity: "error",
    code: shrinks ? "storage-shrinks" : "fixed-after-creation",
    what: `${change.field} cannot change from ${String(change.from)} to ${String(change.to)}`,
    why: shrinks
      ? "Kubernetes cannot shrink a volume"
      : "it is fixed once the database is created, because the volume cannot be moved or converted",
    fix: shrinks
      ? `leave it at ${String(change.from)} or more`
      : "request a new database under another name, and retire this one: delete its files in a pull request of its own",
    docs: change.field.replaceAll(".", ""),
  };
}

function findDataRisks({ seed }: WantedState): Risk[] {
  const risks: Risk[] = [];
  if (seed.import.scripts.masking.length === 0)
    risks.push({
      code: "no-masking-script",
      what: "no masking script is set",
      why: `everyone who may connect sees the unmasked data of ${seed.source}`,
      fix: "list scripts that mask personal data in database.scripts.masking",
      docs: "databasescriptsmasking",
    });
  if (seed.scope.length === 0)
    risks.push({
      code: "all-schemas",
      what: `every schema of ${seed.source} that Oracle does not maintain is exported`,
      why: "schemas that are added to the source later are exported without another review",
      fix: "list the schemas that are needed in source_database.schemas",
      docs: "source_databaseschemas",
    });
  return [...risks, ...findWholeTables(seed)];
}

/** Where only some tables of a schema have a filter, one was probably forgotten. */
function findWholeTables(seed: WantedState["seed"]): Risk[] {
  return seed.scope.flatMap((schema) => {
    const tables = schema.tables ?? [];
    const whole = tables.filter((table) => table.where === undefined).map((table) => `${schema.name}.${table.name}`);
    if (whole.length === 0 || whole.length === tables.length) return [];
    return {
      code: "where-missing",
      what: `all rows of ${whole.join(", ")} are exported, although other tables of ${schema.name} have a where`,
      why: "a filter that is set for only some tables was often forgotten for the others",
      fix: `add a where to ${whole.length === 1 ? "it" : "each of them"}, or remove where from all tables of ${schema.name}`,
      docs: "source_databaseschemastableswhere",
    };
  });
}

const protections = {
  remove_db_links: "database links of the source are kept and can be used",
  disable_jobs: "scheduler jobs of the source run in the copy",
  clear_network_access: "the database may send mail and make calls as the source may",
  lock_accounts: "accounts of the source stay unlocked with their passwords",
} as const;

function findSafetyRisks({ seed }: WantedState): Risk[] {
  const off = Object.entries(protections).filter(([key]) => !seed.import.safety[key as keyof typeof protections]);
  return off.map(([key, effect]) => ({
    code: "protection-off",
    what: `database.safety.${key} is off: ${effect}`,
    why: "a copy of production can reach systems that production works with",
    fix: `remove database.safety.${key} to turn it on, unless you need to test with it off`,
    docs: `databasesafety${key}`,
  }));
}

/**
 * 2.5 times the dump, which is compressed and has no indexes, plus 20 GiB for the database itself. Parts of a GiB are
 * ignored: the 20 GiB are an estimate, and every request has at least that much.
 */
function findSpaceRisk({ lock, request }: WantedState): Risk[] {
  if (lock.dump_set === undefined) return [];
  const gib = 1024n ** 3n;
  const needed = (BigInt(lock.dump_set.bytes) * 5n) / 2n + 20n * gib;
  const { size } = request.database.storage;
  if (wholeOf(size) / gib >= needed / gib) return [];
  return [
    {
      code: "storage-small",
      what: `${size} may be too small for the import: it needs 2.5 times the last dump (${lock.dump_set.bytes} bytes) plus 20Gi`,
      why: "an import that fills the volume may only fail after hours",
      fix: `set database.storage.size to ${(needed + gib - 1n) / gib}Gi or more; it can grow later, never shrink`,
      docs: "databasestoragesize",
    },
  ];
}

function findReplacement({ lock, seed, request }: WantedState, work: Work): Risk[] {
  const isSame = lock.seed !== undefined && canonicalJson(lock.seed) === canonicalJson(seed);
  if (lock.generation === 0 || isSame || (work !== "export" && work !== "image")) return [];
  return [
    {
      code: "import-replaces-data",
      what: `the import replaces everything that was changed in the database since generation ${lock.generation}`,
      why: "changing what is exported or imported recreates all data",
      fix: `tell its users, @${request.owner} first, and back up what has to be kept`,
      docs: "source_database",
    },
  ];
}

/** Only for new patterns: for the others this was reported when they were added. */
function findAccessRisks(before: PlanState, { request }: WantedState): Risk[] {
  const known = before.request?.database.access.namespaces ?? [];
  const added = patternsOf(request.database.access.namespaces).filter((pattern) => !known.includes(pattern));
  return added.map((pattern) => ({
    code: "access-needs-label",
    what: `namespaces ${pattern} can only reach the database with the label ${accessLabel(pattern)}=allowed`,
    why: "Kubernetes selects namespaces by label, not by name patterns",
    fix: `run: kubectl label namespace <name> ${accessLabel(pattern)}=allowed`,
    docs: "databaseaccessnamespaces",
  }));
}

/** Addresses outside of the cluster have one port: the other one closes for clients that use it. */
function findTlsRisk(before: PlanState, { request }: WantedState): Risk[] {
  const [was, is] = [before.request?.database.access, request.database.access];
  if (was?.service === undefined || is.service === undefined || (was.tls === true) === (is.tls === true)) return [];
  const [closes, opens] = is.tls === true ? ["1521", "2484 (TLS)"] : ["2484 (TLS)", "1521"];
  return [
    {
      code: "outside-port-changes",
      what: `clients outside of the cluster reach the database on port ${opens} only: port ${closes} closes`,
      why: "database.access.tls decides which port is open to outside",
      fix: "tell those who connect from there, before the merge",
      docs: "databaseaccesstls",
    },
  ];
}
