import { showDocs } from "../problem/docs-url.ts";
import { PROFILE_NAMES } from "../profiles/profiles.ts";
import type { Settings, SourceSettings } from "../settings/settings.ts";

/** What is known when a new request is created. */
export interface TemplateInput {
  database: string;
  /** Absent without settings: the source is then written out in the request. */
  settings: Settings | undefined;
  /** Empty where nobody knows the login. */
  owner: string;
}

/**
 * A new request, valid except for the choices that only its author can make. Where the settings
 * leave one choice it is filled in; where they leave several, the value is empty and a comment lists the choices.
 */
export function renderRequestTemplate({ database, settings, owner }: TemplateInput): string {
  const lines = [
    `# The development database ${database}. Every key: ${showDocs("docs/reference/database_config.md")}`,
    `owner: ${owner === "" ? "# GitHub login of the person" : `${quoteLogin(owner)} #`} who is responsible for it`,
    "",
    ...placementLines(settings),
    "",
    "# What is exported.",
    "source_database:",
    ...(settings ? namedSource(settings) : INLINE_SOURCE),
    "",
    "# What is created.",
    "database:",
    `  base: ${choose(settings ? Object.keys(settings.bases) : PROFILE_NAMES)}`,
    ...databaseLines(database),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

/** The only name that exists; otherwise an empty value with all names in a comment. */
function choose(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `# choose: ${names.join(", ")}`;
}

/** A login of digits, or one that YAML reads as true or null, has to stay text. */
function quoteLogin(owner: string): string {
  return /^(?:[0-9.e+-]+|true|false|null|0[xo].*)$/i.test(owner) ? JSON.stringify(owner) : owner;
}

function placementLines(settings: Settings | undefined): string[] {
  const clusters = Object.entries(settings?.clusters ?? {});
  const projects = clusters.length === 1 ? Object.keys(clusters[0]![1].projects) : [];
  const pairs = clusters.map(([name, cluster]) => `${name} (${Object.keys(cluster.projects).join(", ")})`);
  return [
    "placement: # fixed once the database is created",
    `  cluster: ${settings ? choose(clusters.map(([name]) => name)) : "# name of the cluster"}`,
    `  project: ${projects.length > 0 ? choose(projects) : `# a project of that cluster${pairs.length > 0 ? `: ${pairs.join(", ")}` : ""}`}`,
  ];
}

function namedSource(settings: Settings): string[] {
  const sources = Object.entries(settings.sources);
  const only = sources.length === 1 ? sources[0]![1] : undefined;
  return [
    `  name: ${choose(sources.map(([name]) => name))}`,
    "  # Take only what is needed: fewer rows mean a faster export, a smaller image and less data to protect.",
    "  schemas:",
    ...(only ? allowedSchemas(only) : ["    - name: # a schema of that source"]),
    "      # tables: # if omitted: all tables of the schema",
    "      #   - name: EMPLOYEES",
    "      #     where: \"hired > DATE '2020-01-01'\"",
  ];
}

function allowedSchemas(source: SourceSettings): string[] {
  return source.schemas.length > 0
    ? source.schemas.map((name) => `    - name: ${JSON.stringify(name)}`)
    : ["    - name: # the source's DBAs have not allowed any schema yet"];
}

const INLINE_SOURCE = [
  "  ssh:",
  "    host: # the SSH host through which the database is reached",
  "    user: # login there",
  "    host_key: # ssh-keyscan -t ed25519 <host>, without the host name",
  "  host: 127.0.0.1 # the listener, as seen from the SSH host",
  "  port: 1521",
  "  service_name: # of the pluggable database",
  "  directory: # an Oracle directory object that the export account may write to",
  "  schemas:",
  "    - name: # as in the data dictionary, usually upper case",
];

function databaseLines(database: string): string[] {
  return [
    "  storage:",
    "    size: 20Gi # it can grow later, never shrink",
    "  resources:",
    '    cpu: "2"',
    "    memory: 4Gi",
    "  # users:",
    "  #   - name: APP",
    `  #     password_secret: { name: ${database}-app, key: password } # the Secret's name, never a password`,
    "  #     roles: [CONNECT]",
    "  # scripts:",
    "  #   masking: [scripts/mask.sql] # runs before users can connect",
    '  # backups: { schedule: "0 2 * * *", keep: 3 } # UTC',
    `  # access: { namespaces: ["${database}-*"] } # namespaces whose pods may connect`,
    "  # expires: 2027-02-28 # a label; seedbed validate warns once the day has passed",
  ];
}
