import type { PackageAnswer } from "../engine/host.ts";
import type { Value } from "../engine/ast.ts";
import { ora } from "../engine/tokens.ts";
import { textOf, toNumber } from "../engine/values.ts";
import type { Instance, Session } from "./instance.ts";
import type { Job } from "./model.ts";
import { requireRight } from "./privileges.ts";

export interface PackageContext {
  instance: Instance;
  session: Session;
  args: Map<string | number, Value>;
  /** Parses and runs DDL as another user, for DBMS_SYS_SQL. */
  runAs: (userId: number, sql: string) => void;
  changed: (event: string) => void;
}

type Package = (context: PackageContext) => PackageAnswer | void;

function argument(context: PackageContext, position: number, name: string): Value {
  return context.args.get(name) ?? context.args.get(position) ?? null;
}

function findJob(context: PackageContext): Job {
  const given = textOf(argument(context, 0, context.args.has("JOB_NAME") ? "JOB_NAME" : "NAME")) ?? "";
  const parts = [...given.matchAll(/"([^"]+)"|([^."]+)/g)].map((match) => match[1] ?? match[2]!.toUpperCase());
  const owner = parts.length > 1 ? parts[0] : context.session.schema;
  const job = context.session.container.jobs.find((at) => at.owner === owner && at.name === parts.at(-1));
  if (!job) throw ora(27475, `unknown job ${owner}.${parts.at(-1)}`);
  return job;
}

function setEnabled(enabled: boolean): Package {
  return (context) => {
    const job = findJob(context);
    job.enabled = enabled;
    context.changed(`DBMS_SCHEDULER.${enabled ? "ENABLE" : "DISABLE"} ${job.owner}.${job.name}`);
  };
}

const PACKAGES: Record<string, Package> = {
  "DBMS_OUTPUT.ENABLE": () => undefined,
  "DBMS_OUTPUT.PUT_LINE": ({ session, args }) => {
    session.output.push(textOf(args.get(0) ?? args.get("A") ?? null) ?? "");
  },
  "DBMS_SESSION.SLEEP": (context) => ({ sleep: toNumber(argument(context, 0, "SECONDS"))! * 1000 }),
  "DBMS_LOCK.SLEEP": (context) => ({ sleep: toNumber(argument(context, 0, "SECONDS"))! * 1000 }),
  "DBMS_SCHEDULER.DISABLE": setEnabled(false),
  "DBMS_SCHEDULER.ENABLE": setEnabled(true),
  "DBMS_SCHEDULER.STOP_JOB": (context) => {
    const job = findJob(context);
    throw ora(27366, `job "${job.owner}"."${job.name}" is not running`);
  },
  "DBMS_SCHEDULER.DROP_JOB": (context) => {
    const job = findJob(context);
    context.session.container.jobs = context.session.container.jobs.filter((at) => at !== job);
    context.changed(`DBMS_SCHEDULER.DROP_JOB ${job.owner}.${job.name}`);
  },
  "DBMS_SCHEDULER.SET_SCHEDULER_ATTRIBUTE": (context) => {
    const attribute = textOf(argument(context, 0, "ATTRIBUTE"))?.toUpperCase();
    if (attribute !== "SCHEDULER_DISABLED") throw ora(27469, `${attribute} is not a valid scheduler attribute`);
    context.session.container.schedulerDisabled = textOf(argument(context, 1, "VALUE"))?.toUpperCase() === "TRUE";
    context.changed("DBMS_SCHEDULER.SET_SCHEDULER_ATTRIBUTE");
  },
  "DBMS_IJOB.BROKEN": (context) => {
    throw ora(23421, `job number ${textOf(argument(context, 0, "JOB"))} is not a job in the job queue`);
  },
  "DBMS_NETWORK_ACL_ADMIN.REMOVE_HOST_ACE": removeAce,
  "UTL_RECOMP.RECOMP_SERIAL": recompile,
  "UTL_RECOMP.RECOMP_PARALLEL": () => undefined,
  "DBMS_UTILITY.COMPILE_SCHEMA": recompile,
  "DBMS_STATS.GATHER_SCHEMA_STATS": gatherStatistics,
  "DBMS_SQL.CLOSE_CURSOR": () => undefined,
  "DBMS_SYS_SQL.PARSE_AS_USER": (context) => {
    requireRight(context.session, "SYSDBA");
    const sql = textOf(argument(context, 1, "STATEMENT")) ?? "";
    context.runAs(toNumber(argument(context, 3, "USERID"))!, sql);
  },
};

/** `XS$ACE_TYPE(privilege_list => …)` is an object constructor: the session's host hands the ACE over as `ACE:` text. */
function removeAce(context: PackageContext): void {
  requireRight(context.session, "DBA");
  const { container } = context.session;
  const host = textOf(argument(context, 0, "HOST"));
  const low = argument(context, 1, "LOWER_PORT");
  const high = argument(context, 2, "UPPER_PORT");
  const ace = /^ACE:([^:]*):(.*)$/.exec(textOf(argument(context, 3, "ACE")) ?? "");
  if (!ace) throw ora(24244, "invalid host or port for access control list (ACL) assignment: no ACE given");
  const hit = container.aces.filter(
    (at) =>
      at.host === host &&
      at.lowerPort === low &&
      at.upperPort === high &&
      at.privilege.toUpperCase() === ace[1]!.toUpperCase() &&
      at.principal === ace[2],
  );
  if (hit.length === 0) throw ora(24243, "access control entry (ACE) does not exist");
  container.aces = container.aces.filter((at) => !hit.includes(at));
  context.changed(`REMOVE_HOST_ACE ${host} ${ace[2]}`);
}

/** Objects that came in invalid stay so when their detail says why; the others compile. */
function recompile(context: PackageContext): void {
  if (!context.session.sysdba) throw ora(20000, "UTL_RECOMP: insufficient privileges, connect AS SYSDBA");
  for (const object of context.session.container.objects)
    if (object.detail["broken"] === undefined) object.status = "VALID";
  context.changed("UTL_RECOMP");
}

function gatherStatistics(context: PackageContext): void {
  const owner = textOf(argument(context, 0, "OWNNAME"))?.replace(/^"(.*)"$/, "$1");
  if (!context.session.container.users.some((user) => user.name === owner || user.name === owner?.toUpperCase()))
    throw ora(20000, `Schema ${owner} does not exist or insufficient privileges`);
}

/** A supplied package's procedure; undefined where this database has none of that name. */
export function callPackage(name: string, context: PackageContext): PackageAnswer | undefined {
  const work = PACKAGES[name];
  return work ? (work(context) ?? { sleep: 0 }) : undefined;
}
