import { canonicalJson } from "../digests/digest.ts";
import { folderOf } from "../layout/database-folder.ts";
import { accessLabel, patternsOf } from "../manifests/client-rules.ts";
import { wholeOf } from "../manifests/quantity.ts";
import type { Problem } from "../problem.ts";
import type { PlanState, WantedState } from "./plan-state.ts";
import type { Change, Work } from "./plan.ts";

interface RiskInput {
  database: string;
  before: PlanState;
  after: WantedState;
  work: Work;
  refusals: Change[];
}

type Risk = Pick<Problem, "code" | "what" | "why" | "fix"> & { docs: string; severity?: "error" };

/** What a reviewer should know before saying yes, the refused first. Line and column are 1: a plan is about meanings. */
export function findRisks(input: RiskInput): Problem[] {
  const { after, work } = input;
  const seeds = work === "export" || work === "image";
  const risks: Risk[] = [
    ...input.refusals.map(explainRefusal),
    ...(seeds ? [...findDataRisks(after), ...findSafetyRisks(after), ...findSpaceRisk(after)] : []),
    ...findReplacement(after, work),
    ...findAccessRisks(input.before, after),
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

function explainRefusal(change: Change): Risk {
  const shrinks = change.field === "database.storage.size";
  return {
    severity: "error",
    code: shrinks ? "storage-shrinks" : "fixed-after-creation",
    what: `${change.field} cannot go from ${String(change.from)} to ${String(change.to)}.`,
    why: shrinks
      ? "Kubernetes never makes a volume smaller."
      : "It is fixed once the database is created: its volume stays where and what it is.",
    fix: shrinks
      ? `Leave it at ${String(change.from)} or more.`
      : "Ask for a new one under another name, and retire this one: delete its files in a pull request of its own.",
    docs: change.field.replaceAll(".", ""),
  };
}

function findDataRisks({ seed }: WantedState): Risk[] {
  const risks: Risk[] = [];
  if (seed.import.scripts.masking.length === 0)
    risks.push({
      code: "no-masking-script",
      what: "No masking script is set.",
      why: `Everybody who may connect sees the data of ${seed.source} as it is.`,
      fix: "List scripts that mask personal data in database.scripts.masking.",
      docs: "databasescriptsmasking",
    });
  if (seed.scope.length === 0)
    risks.push({
      code: "all-schemas",
      what: `Every schema of ${seed.source} that Oracle does not maintain is exported.`,
      why: "Schemas that are added to the source later come along without another review.",
      fix: "Name the schemas that are needed in source_database.schemas.",
      docs: "source_databaseschemas",
    });
  return [...risks, ...findWholeTables(seed)];
}

/** Where some tables are filtered and others of the same schema are not, one was probably forgotten. */
function findWholeTables(seed: WantedState["seed"]): Risk[] {
  return seed.scope.flatMap((schema) => {
    const tables = schema.tables ?? [];
    const whole = tables.filter((table) => table.where === undefined).map((table) => `${schema.name}.${table.name}`);
    if (whole.length === 0 || whole.length === tables.length) return [];
    return {
      code: "where-missing",
      what: `All rows of ${whole.join(", ")} are exported; other tables of ${schema.name} have a where.`,
      why: "A filter that is set for some tables only is often one that was forgotten for the rest.",
      fix: `Give ${whole.length === 1 ? "it" : "each of them"} a where, or none to any table of ${schema.name}.`,
      docs: "source_databaseschemastableswhere",
    };
  });
}

const protections = {
  remove_db_links: "database links of the source stay and can be used",
  disable_jobs: "scheduler jobs of the source run in the copy",
  clear_network_access: "the database may send mail and make calls as the source may",
  lock_accounts: "accounts of the source stay open with their passwords",
} as const;

function findSafetyRisks({ seed }: WantedState): Risk[] {
  const off = Object.entries(protections).filter(([key]) => !seed.import.safety[key as keyof typeof protections]);
  return off.map(([key, effect]) => ({
    code: "protection-off",
    what: `database.safety.${key} is off: ${effect}.`,
    why: "A copy of production can act on production's neighbours.",
    fix: `Leave out database.safety.${key}, which turns it on, unless this is what is tested.`,
    docs: `databasesafety${key}`,
  }));
}

/** 2.5 times the dump, which is compressed and without indexes, and 20 GiB for the database itself. */
function findSpaceRisk({ lock, request }: WantedState): Risk[] {
  if (lock.dump_set === undefined) return [];
  const gib = 1024n ** 3n;
  const needed = (BigInt(lock.dump_set.bytes) * 5n) / 2n + 20n * gib;
  const { size } = request.database.storage;
  if (wholeOf(size) >= needed) return [];
  return [
    {
      code: "storage-small",
      what: `${size} may not hold the import: the last dump has ${lock.dump_set.bytes} bytes, and 2.5 times that and 20Gi are needed.`,
      why: "A volume that is full stops the import after hours.",
      fix: `Set database.storage.size to ${(needed + gib - 1n) / gib}Gi or more; it can grow later, never shrink.`,
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
      what: `The import replaces everything that people changed in the database since generation ${lock.generation}.`,
      why: "A change of what is exported or imported makes the data anew.",
      fix: `Tell its users, @${request.owner} first; take a backup of what should stay.`,
      docs: "source_database",
    },
  ];
}

/** Only for patterns that are new: who has the label already was told once. */
function findAccessRisks(before: PlanState, { request }: WantedState): Risk[] {
  const known = before.request?.database.access.namespaces ?? [];
  const added = patternsOf(request.database.access.namespaces).filter((pattern) => !known.includes(pattern));
  return added.map((pattern) => ({
    code: "access-needs-label",
    what: `Namespaces ${pattern} reach the database once they have the label ${accessLabel(pattern)}: allowed.`,
    why: "Kubernetes selects namespaces by label and knows no patterns of names.",
    fix: `kubectl label namespace <name> ${accessLabel(pattern)}=allowed`,
    docs: "databaseaccessnamespaces",
  }));
}
