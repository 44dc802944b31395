import type { Finding } from "../../document/finding.ts";
import { PROFILES } from "../../profiles/profiles.ts";
import { tlsSecretOf } from "../../settings/certificates.ts";
import { findProfile, listEntries, type Rule, type RuleInput } from "../rule.ts";

/** Oracle Net over TLS: whether the base image can serve it, and the cluster has certificates for it. */
export const checkTls: Rule = (input) => [...checkBase(input), ...checkCluster(input)];

const TLS = ["database", "access", "tls"];

function checkBase(input: RuleInput): Finding[] {
  const profile = findProfile(input);
  if (input.draft.database?.access?.tls !== true || profile === undefined || PROFILES[profile].hasOrapki) return [];
  return [
    {
      code: "tls-not-supported",
      at: TLS,
      what: `a base image of the profile ${profile} cannot serve Oracle Net over TLS`,
      why: "it has no orapki, the only program that makes a wallet for the listener",
      fix: "remove database.access.tls, or choose a base of Oracle's own images in database.base",
    },
  ];
}

function checkCluster({ draft, settings, settingsBroken }: RuleInput): Finding[] {
  const cluster = draft.placement?.cluster;
  if (settingsBroken || !settings || cluster === undefined || !Object.hasOwn(settings.clusters, cluster)) return [];
  if (draft.database?.access?.tls !== true) return [];
  const secret = tlsSecretOf(settings, cluster);
  if (secret !== null) return checkSecretNames(draft, secret);
  return [
    {
      code: "tls-not-offered",
      at: TLS,
      what: `the settings have no certificates for databases of the cluster ${cluster}`,
      why: "Oracle Net over TLS needs one",
      fix: `remove database.access.tls, or ask the platform team to add clusters.${cluster}.certificates to .github/seedbed.yml`,
    },
  ];
}

/** The certificate's Secret is in the same namespace, and its key is nobody's password. */
function checkSecretNames({ database }: RuleInput["draft"], taken: string): Finding[] {
  return listEntries(database?.users).flatMap(({ entry, index }): Finding[] => {
    if (entry.password_secret?.name !== taken) return [];
    return [
      {
        code: "taken-name",
        at: ["database", "users", index, "password_secret", "name"],
        what: `the Secret ${taken} has the database's certificate and its private key`,
        why: "database.access.tls is on, and the container reads them from there",
        fix: "name another Secret",
      },
    ];
  });
}
