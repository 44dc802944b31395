import type { Finding } from "../../document/finding.ts";
import { listNames, suggestName } from "../../text/near-names.ts";
import type { Steps } from "../../document/place.ts";
import { quote } from "../../text/quote.ts";
import { PROFILE_NAMES } from "../../profiles/profiles.ts";
import { ownEntry, type Rule, type RuleInput } from "../rule.ts";

/** Cluster, project and base: each has to be defined in the settings. */
export const checkPlacement: Rule = ({ draft, settings, settingsBroken }: RuleInput) => {
  if (settingsBroken) return [];
  const base = draft.database?.base;
  const at = ["database", "base"];
  if (!settings) return unknownName(base, { at, kind: "base without settings", known: PROFILE_NAMES });
  const cluster = draft.placement?.cluster;
  const projects = cluster === undefined ? undefined : ownEntry(settings.clusters, cluster)?.projects;
  return [
    ...unknownName(base, { at, kind: "base", known: Object.keys(settings.bases) }),
    ...unknownName(cluster, { at: ["placement", "cluster"], kind: "cluster", known: Object.keys(settings.clusters) }),
    ...(projects
      ? unknownName(draft.placement?.project, {
          at: ["placement", "project"],
          kind: `project of ${cluster}`,
          known: Object.keys(projects),
        })
      : []),
  ];
};

interface Place {
  at: Steps;
  kind: string;
  known: readonly string[];
}

function unknownName(name: string | undefined, { at, kind, known }: Place): Finding[] {
  if (name === undefined || known.includes(name)) return [];
  return [
    {
      code: `unknown-${kind.split(" ", 1)[0]}`,
      at,
      what: `${quote(name)} is not a ${kind}`,
      why: `expected one of ${listNames(known)}`,
      fix: suggestName(
        name,
        known,
        "choose an existing one, or ask the platform team to add it to .github/seedbed.yml",
      ),
    },
  ];
}
