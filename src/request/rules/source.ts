import { describeFirst, type Finding } from "../../document/finding.ts";
import { listNames, suggestName } from "../../text/near-names.ts";
import type { Steps } from "../../document/place.ts";
import { quote } from "../../text/quote.ts";
import type { SourceSettings } from "../../settings/settings.ts";
import { listEntries, ownEntry, type Rule, type RuleInput } from "../rule.ts";

/** The source: either named in the settings (its values may only be repeated) or written out in the request. */
export const checkSource: Rule = (input) => {
  const { draft, settings, settingsBroken } = input;
  const source = draft.source_database;
  if (!source || settingsBroken) return [];
  const scope = !Object.hasOwn(source, "schemas") ? [allSchemas(settings ? settings.policy.all_schemas : true)] : [];
  if (!settings) return [...checkWrittenOut(input), ...scope];
  if (source.name === undefined) return Object.hasOwn(source, "name") ? scope : [...checkInline(input), ...scope];
  const known = ownEntry(settings.sources, source.name);
  if (!known) return [unknownSource(source.name, Object.keys(settings.sources)), ...scope];
  return [
    ...checkRepeated(input, known, source.name),
    ...checkSchemas(input, known, source.name),
    ...checkStopped(known, source.name),
    ...scope,
  ];
};

function unknownSource(name: string, known: string[]): Finding {
  return {
    code: "unknown-source",
    at: ["source_database", "name"],
    what: `${quote(name)} is not a source`,
    why: `the settings have ${listNames(known)}`,
    fix: suggestName(name, known, "ask the source's DBAs to add it to .github/seedbed.yml"),
  };
}

function checkInline(input: RuleInput): Finding[] {
  const known = Object.keys(input.settings?.sources ?? {});
  if (input.settings?.policy.inline_sources) return checkWrittenOut(input);
  return [
    {
      code: "source-not-named",
      at: ["source_database"],
      key: true,
      what: "no source is named",
      why: "the policy only allows sources that the settings define (policy.inline_sources: false)",
      fix: `add name: one of ${listNames(known)}`,
    },
  ];
}

const CONNECTION = ["ssh", "host", "port", "service_name", "directory"] as const;

function checkWrittenOut({ draft, settings }: RuleInput): Finding[] {
  const source = draft.source_database;
  const missing = CONNECTION.filter((key) => !Object.hasOwn(source ?? {}, key));
  if (missing.length === 0) return [];
  const named = source?.name !== undefined && !settings;
  return [
    {
      code: "source-incomplete",
      at: ["source_database"],
      key: true,
      what: `source_database has no ${missing.join(", no ")}`,
      why: named
        ? "there are no settings that define the named source"
        : "a source that the settings do not define needs all connection values",
      fix: named
        ? `create .github/seedbed.yml with the source, or add the values here`
        : `add ${missing.join(", ")}, or name a source`,
    },
  ];
}

/** A request may repeat its source's values but not change them: a reviewer would approve one database and the export would read another. */
function checkRepeated({ draft }: RuleInput, known: SourceSettings, name: string): Finding[] {
  const source = draft.source_database;
  const pairs: [Steps, unknown, unknown][] = [
    [["ssh", "host"], source?.ssh?.host, known.ssh.host],
    [["ssh", "port"], source?.ssh?.port, known.ssh.port],
    [["ssh", "user"], source?.ssh?.user, known.ssh.user],
    [["ssh", "host_key"], source?.ssh?.host_key, known.ssh.host_key],
    [["host"], source?.host, known.listener.host],
    [["port"], source?.port, known.listener.port],
    [["service_name"], source?.service_name, known.service_name],
    [["directory"], source?.directory, known.directory],
  ];
  return pairs
    .filter(([, here, there]) => here !== undefined && here !== there)
    .map(([steps, here, there]) => ({
      code: "source-differs",
      at: ["source_database", ...steps],
      what: `${steps.join(".")} is ${quote(here)} here and ${quote(there)} in the settings of ${name}`,
      why: "a request may repeat its source's values but not change them",
      fix: `write ${quote(there)}, or remove the line`,
    }));
}

function checkSchemas({ draft }: RuleInput, known: SourceSettings, name: string): Finding[] {
  const allowed = new Set(known.schemas);
  const others = listEntries(draft.source_database?.schemas).flatMap(({ index, entry }) =>
    entry.name === undefined || allowed.has(entry.name) ? [] : [{ index, schema: entry.name }],
  );
  return describeFirst(others, ({ index, schema }) => ({
    code: "schema-not-allowed",
    at: ["source_database", "schemas", index, "name"],
    what: `schema ${quote(schema)} may not be exported from ${name}`,
    why: `its DBAs allow ${listNames(known.schemas)}`,
    fix: suggestName(schema, known.schemas, "ask the DBAs to add it to the source's schemas in .github/seedbed.yml"),
  }));
}

function allSchemas(allowed: boolean): Finding {
  const finding = {
    at: ["source_database", "schemas"],
    key: true,
    what: "no schemas are listed, so every schema that Oracle does not maintain is exported",
  } as const;
  if (!allowed)
    return {
      ...finding,
      code: "all-schemas",
      why: "the policy does not allow it (policy.all_schemas: false)",
      fix: "add schemas: [{ name: … }]",
    };
  return {
    ...finding,
    severity: "warning",
    code: "all-schemas",
    why: "this is not recommended: it takes the longest and copies the most data",
    fix: "list the schemas that are needed",
  };
}

function checkStopped(known: SourceSettings, name: string): Finding[] {
  if (!known.stopped) return [];
  return [
    {
      severity: "warning",
      code: "source-stopped",
      at: ["source_database", "name"],
      what: `the DBAs of ${name} have stopped exports`,
      why: "its settings say stopped: true",
      fix: "nothing to do here: exports start again when the DBAs set stopped: false",
    },
  ];
}
