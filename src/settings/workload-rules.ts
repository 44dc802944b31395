import type { Draft } from "../document/draft.ts";
import type { Finding } from "../document/finding.ts";
import { canonicalBlock } from "../document/ipv4-block.ts";
import { showSteps, type Steps } from "../document/place.ts";
import { listNames, suggestName } from "../text/near-names.ts";
import type { Scheduling, Settings, Workloads } from "./settings.ts";

type WorkloadsDraft = Draft<Workloads>;

/** What `workloads` of clusters and projects may say. */
export function checkWorkloads({ clusters }: Draft<Settings>): Finding[] {
  return Object.entries(clusters ?? {}).flatMap(([name, cluster]) => {
    const at: Steps = ["clusters", name];
    const projects = Object.keys(cluster?.projects ?? {});
    const own = Object.entries(cluster?.project_workloads ?? {});
    return [
      ...checkOne(cluster?.workloads, [...at, "workloads"]),
      ...own.flatMap(([project, workloads]) => [
        ...checkProject(project, projects, [...at, "project_workloads", project]),
        ...checkOne(workloads, [...at, "project_workloads", project]),
      ]),
    ];
  });
}

function checkProject(project: string, projects: readonly string[], at: Steps): Finding[] {
  if (projects.includes(project)) return [];
  return [
    {
      code: "unknown-project",
      at,
      key: true,
      what: `"${project}" is not among this cluster's projects`,
      why: `expected one of ${listNames(projects)}`,
      fix: suggestName(project, projects, "add the project, or remove this entry"),
    },
  ];
}

function checkOne(workloads: WorkloadsDraft | undefined, at: Steps): Finding[] {
  if (workloads === undefined) return [];
  return [
    ...checkScheduling(workloads.scheduling, [...at, "scheduling"]),
    ...checkOwnNames(workloads.metadata?.labels, [...at, "metadata", "labels"]),
    ...checkOwnNames(workloads.metadata?.annotations, [...at, "metadata", "annotations"]),
    ...checkNetwork(workloads.network, [...at, "network"]),
  ];
}

function checkScheduling(scheduling: Draft<Scheduling> | undefined, at: Steps): Finding[] {
  const conditions = (scheduling?.node_affinity ?? []).flatMap((condition, index) => {
    const compares = condition?.operator === "In" || condition?.operator === "NotIn";
    const given = (condition?.values ?? []).length > 0;
    return checkFits({ given, wanted: compares, operator: condition?.operator }, "values", [
      ...at,
      "node_affinity",
      index,
    ]);
  });
  const tolerations = (scheduling?.tolerations ?? []).flatMap((one, index) => {
    const wanted = one?.operator === "Equal";
    return checkFits({ given: one?.value !== undefined, wanted, operator: one?.operator }, "value", [
      ...at,
      "tolerations",
      index,
    ]);
  });
  return [...conditions, ...tolerations];
}

interface Fit {
  given: boolean;
  wanted: boolean;
  operator: string | undefined;
}

/** Kubernetes refuses an operator with too much or too little to compare with, and the whole pod with it. */
function checkFits({ given, wanted, operator }: Fit, key: string, at: Steps): Finding[] {
  if (operator === undefined || given === wanted) return [];
  return [
    {
      code: wanted ? "missing-key" : "unknown-key",
      at: wanted ? at : [...at, key],
      ...(wanted ? {} : { key: true as const }),
      what: wanted ? `${showSteps(at)} has no ${key}` : `${key} has no effect here`,
      why: wanted ? `${operator} compares with ${key}` : `${operator} compares with nothing`,
      fix: wanted ? `add ${key}` : "remove it, or choose another operator",
    },
  ];
}

/** Prefixes whose labels and annotations Seedbed, Helm, Fleet and Rancher write themselves, with all that end in them. */
const TAKEN = ["seedbed.dev", "helm.sh", "cattle.io"];
/** Of Kubernetes' own only these: others, such as `cluster-autoscaler.kubernetes.io`, are made to be set. */
const TAKEN_ALONE = ["kubernetes.io", "app.kubernetes.io", "pod-security.kubernetes.io"];

function checkOwnNames(names: Draft<Record<string, string>> | undefined, at: Steps): Finding[] {
  return Object.keys(names ?? {}).flatMap((name): Finding[] => {
    const [prefix = "", rest] = name.split("/");
    const taken = TAKEN_ALONE.includes(prefix) || TAKEN.some((one) => prefix === one || prefix.endsWith(`.${one}`));
    if (rest === undefined || !taken) return [];
    const what = `${name} is not free for settings`;
    const why = `names of ${prefix} are written by Seedbed, Helm, Fleet or Rancher`;
    return [{ code: "taken-name", at: [...at, name], key: true, what, why, fix: "choose a name of your own domain" }];
  });
}

function checkNetwork(network: WorkloadsDraft["network"], at: Steps): Finding[] {
  const ranges = network?.source_ranges ?? [];
  const open = (network?.service_types ?? []).length > 0;
  const missing: Finding[] =
    open && ranges.length === 0
      ? [
          {
            code: "missing-key",
            at,
            key: true,
            what: `${showSteps(at)} has no source_ranges`,
            why: "service_types would open databases to every address",
            fix: "add source_ranges with the IPv4 blocks that may connect",
          },
        ]
      : [];
  return [...missing, ...checkBlocks(ranges, [...at, "source_ranges"])];
}

/** Blocks are written with nothing behind their prefix, as Kubernetes keeps them. */
export function checkBlocks(blocks: readonly (string | undefined)[], at: Steps): Finding[] {
  return blocks.flatMap((block, index): Finding[] => {
    if (block === undefined || canonicalBlock(block) === block) return [];
    const what = `${block} has bits behind its prefix`;
    const why = `it is the block ${canonicalBlock(block)}`;
    return [{ code: "bad-form", at: [...at, index], what, why, fix: `write ${canonicalBlock(block)}` }];
  });
}
