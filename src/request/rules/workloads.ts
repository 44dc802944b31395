import type { Finding } from "../../document/finding.ts";
import { isWithin } from "../../document/ipv4-block.ts";
import type { Settings, Workloads } from "../../settings/settings.ts";
import { pullSecretOf } from "../../settings/pull-secret.ts";
import { checkBlocks } from "../../settings/workload-rules.ts";
import { workloadsOf } from "../../settings/workloads-of.ts";
import { listNames, suggestName } from "../../text/near-names.ts";
import { quote } from "../../text/quote.ts";
import { listEntries, type Rule, type RuleInput } from "../rule.ts";

/** What the settings of a cluster let its requests choose: storage classes, and services for addresses outside. */
export const checkWorkloadChoices: Rule = ({ draft, settings, settingsBroken }) => {
  const { storage, access } = draft.database ?? {};
  const blocks = checkBlocks(access?.service?.source_ranges ?? [], RANGES);
  const { cluster, project } = draft.placement ?? {};
  if (settingsBroken || !settings || cluster === undefined || project === undefined) return blocks;
  const workloads = workloadsOf(settings, { cluster, project });
  return [
    ...blocks,
    ...checkSecretNames(draft, settings),
    ...checkClass(storage?.class, workloads),
    ...checkType(access?.service?.type, workloads),
    ...checkRanges(access?.service?.source_ranges, workloads),
  ];
};

const RANGES = ["database", "access", "service", "source_ranges"];

/** The login for pulling is in the same namespace, and no database user's business. */
function checkSecretNames({ database }: RuleInput["draft"], settings: Settings): Finding[] {
  const taken = pullSecretOf(settings);
  return listEntries(database?.users).flatMap(({ entry, index }): Finding[] => {
    if (taken === null || entry.password_secret?.name !== taken) return [];
    return [
      {
        code: "taken-name",
        at: ["database", "users", index, "password_secret", "name"],
        what: `the Secret ${taken} is the login with which nodes pull images`,
        why: "the pod would get it, and with it every seed image",
        fix: "name a Secret of this database's own",
      },
    ];
  });
}

function checkClass(name: string | undefined, { storage }: Workloads): Finding[] {
  const offered = [...new Set([...(storage?.class === undefined ? [] : [storage.class]), ...(storage?.classes ?? [])])];
  if (name === undefined || offered.includes(name)) return [];
  const why = offered.length === 0 ? "the settings offer none" : `expected one of ${listNames(offered)}`;
  const otherwise =
    "remove it, or ask the platform team to add it to storage.classes of the cluster in .github/seedbed.yml";
  return [
    {
      code: "unknown-storage-class",
      at: ["database", "storage", "class"],
      what: `${quote(name)} is not a storage class that this cluster offers`,
      why,
      fix: suggestName(name, offered, otherwise),
    },
  ];
}

function checkType(type: string | undefined, { network }: Workloads): Finding[] {
  const allowed: readonly string[] = network?.service_types ?? [];
  if (type === undefined || allowed.includes(type)) return [];
  return [
    {
      code: "service-not-allowed",
      at: ["database", "access", "service", "type"],
      what: `this cluster's settings allow no Service of type ${type}`,
      why:
        allowed.length === 0
          ? "databases are reached from inside of the cluster only"
          : `they allow ${listNames(allowed)}`,
      fix: "remove database.access.service, or ask the platform team to add the type to network.service_types in .github/seedbed.yml",
    },
  ];
}

function checkRanges(blocks: readonly (string | undefined)[] | undefined, { network }: Workloads): Finding[] {
  const allowed = network?.source_ranges ?? [];
  if ((network?.service_types ?? []).length === 0) return [];
  return listEntries(blocks).flatMap(({ entry, index }): Finding[] => {
    if (allowed.some((block) => isWithin(entry, block))) return [];
    return [
      {
        code: "service-not-allowed",
        at: [...RANGES, index],
        what: `${entry} is not within the addresses that this cluster's settings allow`,
        why: `they allow ${listNames(allowed)}`,
        fix: "narrow it, or ask the platform team to add it to network.source_ranges in .github/seedbed.yml",
      },
    ];
  });
}
