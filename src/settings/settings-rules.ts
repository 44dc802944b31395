import type { Draft } from "../document/draft.ts";
import type { Finding } from "../document/finding.ts";
import { listNames } from "../text/near-names.ts";
import type { Steps } from "../document/place.ts";
import { checkTimeZone } from "../document/time-zone.ts";
import { checkPublicKey, checkHostKey } from "./keys.ts";
import { checkKinds } from "./kind-rules.ts";
import { checkPlaceholders } from "./placeholders.ts";
import type { ExportWindow, People, Settings, SourceSettings } from "./settings.ts";
import { checkWorkloads } from "./workload-rules.ts";

type SettingsDraft = Draft<Settings>;
type SourceDraft = Draft<SourceSettings>;

/** Findings that concern more than one key. */
export function checkSettings(draft: SettingsDraft): Finding[] {
  return [
    ...checkApprovers(draft.platform, ["platform"], "approve changes below .github/"),
    ...checkKeys(draft),
    ...Object.entries(draft.sources ?? {}).flatMap(([name, source]) => checkSource(source ?? {}, ["sources", name])),
    ...checkEnvironments(draft),
    ...checkKinds(draft),
    ...checkWorkloads(draft),
    ...checkPlaceholders(draft),
  ];
}

function checkApprovers(people: Draft<People> | undefined, at: Steps, what: string): Finding[] {
  if (!people?.teams || !people.users || people.teams.length + people.users.length > 0) return [];
  return [
    {
      code: "nobody",
      at,
      key: true,
      what: `no team or user may ${what}`,
      why: "both teams and users are empty",
      fix: "add a team, for example teams: [acme/dba]",
    },
  ];
}

function checkKeys({ approval }: SettingsDraft): Finding[] {
  const keys = approval?.keys ?? [];
  return keys.flatMap((key, index) => {
    const at = ["approval", "keys", index];
    const twice = keys.slice(0, index).some((other) => other?.id !== undefined && other.id === key?.id);
    const duplicate: Finding[] = twice
      ? [
          {
            code: "duplicate-name",
            at: [...at, "id"],
            what: `the key id "${key?.id}" is used twice`,
            why: "a permit names its key by this id",
            fix: "give each key a different id",
          },
        ]
      : [];
    return [...duplicate, ...checkPublicKey(key?.public_key, [...at, "public_key"])];
  });
}

function checkSource(source: SourceDraft, at: Steps): Finding[] {
  return [
    ...checkApprovers(source.dba, [...at, "dba"], "approve an export of this source"),
    ...checkRequired(source, at),
    ...checkHostKey(source.ssh?.host_key, [...at, "ssh", "host_key"]),
    ...(source.windows ?? []).flatMap((window, index) => checkWindow(window, [...at, "windows", index])),
    ...checkSchemaNames(source, at),
  ];
}

function checkRequired({ dba }: SourceDraft, at: Steps): Finding[] {
  if (!dba?.teams || !dba.users || dba.teams.length > 0 || dba.users.length === 0) return [];
  const users = dba.users.filter((user) => user !== undefined);
  const people = new Set(users).size;
  // A user with a finding of its own will be one more.
  if (dba.required === undefined || dba.required <= people || users.length < dba.users.length) return [];
  const why = `${people} ${people === 1 ? "user is" : "users are"} named: ${listNames(users)}`;
  return [
    {
      code: "out-of-range",
      at: [...at, "dba", "required"],
      what: `${dba.required} approvals can never be reached`,
      why,
      fix: `write ${people} or less, or add more people`,
    },
  ];
}

function checkWindow(window: Draft<ExportWindow> | undefined, at: Steps): Finding[] {
  const zone = checkTimeZone(window?.time_zone, [...at, "time_zone"]);
  if (window?.from === undefined || window.from !== window.to) return zone;
  return [
    ...zone,
    {
      code: "empty-window",
      at: [...at, "to"],
      what: `the window is empty: it starts and ends at ${window.to}`,
      why: "no export could ever start in this window",
      fix: "write a later time, or remove the window to allow the whole day",
    },
  ];
}

function checkSchemaNames({ schemas }: SourceDraft, at: Steps): Finding[] {
  return (schemas ?? []).flatMap((name, index) =>
    name !== undefined && schemas?.indexOf(name) !== index
      ? [
          {
            code: "duplicate-name",
            at: [...at, "schemas", index],
            what: `schema "${name}" is listed twice`,
            why: "each schema needs only one entry",
            fix: "remove one",
          },
        ]
      : [],
  );
}

/** An environment's variable names its source: if two shared it, one source's run could read the other's credentials. */
function checkEnvironments({ sources }: SettingsDraft): Finding[] {
  const first = new Map<string, string>();
  return Object.entries(sources ?? {}).flatMap(([name, source]) => {
    const environment = source?.environment?.toLowerCase();
    if (environment === undefined) return [];
    const other = first.get(environment);
    if (other === undefined) first.set(environment, name);
    if (other === undefined) return [];
    const why = "an environment holds the credentials of one source, and its variable SEEDBED_SOURCE names it";
    return [
      {
        code: "shared-environment",
        at: ["sources", name, "environment"],
        what: `${source?.environment} already belongs to ${other}`,
        why,
        fix: "create a separate environment for this source",
      },
    ];
  });
}
