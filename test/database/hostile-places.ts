import { readFileSync } from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import { bytes, LATIN, NO_LOCK, PATHS, SAID, type HostileFolder } from "./hostile-folder.ts";
import type { RequestRepository } from "./request-repository.ts";

const { HR, CONFIG, MASK, LOCK, APPROVAL, SETTINGS } = PATHS;
const { LINK, BITS, UTF8 } = SAID;

/** The line that comes after the settings. */
const AFTER = readFileSync(join(import.meta.dirname, "../..", SETTINGS), "utf8").split("\n").length;

async function append({ folder }: RequestRepository, path: string, more: string | Buffer): Promise<void> {
  await appendFile(join(folder, path), more);
}

async function copy({ folder, write }: RequestRepository, to: string): Promise<void> {
  for (const path of [CONFIG, MASK]) await write(path.replace(HR, to), await readFile(join(folder, path)));
}

const NO_REQUEST = { code: null, because: "main has no request of that name, so the bot has nothing to decide" };
const NO_MAIN = { code: null, because: "without settings the bot does nothing on main; pull requests say why" };
const NO_PERMIT = { code: "permit-missing", because: "nothing else is asked about a request that nobody permitted" };

const generated: HostileFolder[] = [
  {
    name: "the lock of another database, as after a folder was copied",
    database: "crm",
    unsigned: "it is signed by hand below",
    onMain: async (requests) => {
      await copy(requests, "environments/crm");
      await requests.write("environments/crm/seed.lock.yaml", renderLock(emptyLock("hr")));
      await requests.permit("crm");
    },
    told: ["lock-invalid", "environments/crm/seed.lock.yaml:3:1", 'the lock is for "hr", not for "crm"'],
  },
  {
    name: "a lock that is no YAML",
    onMain: ({ write }) => write(LOCK, "version: 1\ndatabase: hr\n generation: 1\n"),
    told: [
      "lock-invalid",
      `${LOCK}:2:11`,
      "the lock is not valid YAML: Nested mappings are not allowed in compact mappings",
    ],
  },
  {
    name: "a lock of another version",
    onMain: ({ write }) => write(LOCK, renderLock(emptyLock("hr")).replace("version: 1", "version: 0")),
    told: ["lock-invalid", `${LOCK}:2:10`, "the lock has an error at version: must be 1"],
  },
  {
    name: "a lock with a byte of another encoding",
    onMain: ({ write }) => write(LOCK, bytes("version: 1\ndatabase: h", LATIN)),
    told: ["not-utf8", `${LOCK}:2:12`, UTF8],
  },
  {
    name: "a lock that is marked as executable",
    onMain: async ({ lock, makeExecutable }) => {
      await lock("hr");
      await makeExecutable(LOCK);
    },
    told: ["executable-file", `${LOCK}:1:1`, BITS],
  },
  {
    name: "a link in place of the lock",
    onMain: ({ link }) => link(LOCK, "../../.github/seedbed.yml"),
    told: ["not-a-regular-file", `${LOCK}:1:1`, LINK],
  },
  {
    name: "a lock that is larger than it may be",
    onMain: ({ write }) => write(LOCK, "#".repeat(2 * 1024 * 1024 + 1)),
    told: ["file-too-large", `${LOCK}:1:1`, "the file has 2097153 bytes"],
  },
  {
    name: "a lock of brackets without end",
    onMain: ({ write }) => write(LOCK, "[".repeat(2 * 1024 * 1024)),
    told: ["lock-invalid", `${LOCK}:1:31`, "the lock cannot be read: the document is nested too deeply"],
  },
  {
    name: "a lock of more keys than a map may have",
    onMain: ({ write }) => write(LOCK, Array.from({ length: 1001 }, (_, number) => `k${number}: 1\n`).join("")),
    told: ["lock-invalid", `${LOCK}:1001:5`, "the lock cannot be read: this map has too many keys"],
  },
  {
    name: "a lock with an alias",
    onMain: ({ write }) => write(LOCK, "a: &a 1\nb: *a\n"),
    told: ["lock-invalid", `${LOCK}:1:1`, "the lock uses a YAML alias, which Seedbed never writes"],
  },
  {
    name: "a permit that is larger than it may be",
    onMain: async ({ lock, write }) => {
      await lock("hr");
      await write(APPROVAL, "#".repeat(128 * 1024 + 1));
    },
    told: ["file-too-large", `${APPROVAL}:1:1`, "the file has 131073 bytes"],
  },
  {
    name: "a permit that is marked as executable",
    onMain: async ({ lock, makeExecutable }) => {
      await lock("hr");
      await makeExecutable(APPROVAL);
    },
    told: ["executable-file", `${APPROVAL}:1:1`, BITS],
  },
  {
    name: "a permit with a byte of another encoding",
    onMain: async ({ lock, write }) => {
      await lock("hr");
      await write(APPROVAL, bytes("version: 1\n", LATIN));
    },
    told: ["not-utf8", `${APPROVAL}:2:1`, UTF8],
  },
  {
    name: "a link among the manifests",
    make: ({ link, write }) =>
      write(`${HR}/manifests/a.yaml`, "x\n").then(() => link(`${HR}/manifests/b.yaml`, "a.yaml")),
    told: ["not-a-regular-file", `${HR}/manifests/b.yaml:1:1`, LINK],
    others: { verify: { code: null, because: "no permit covers manifests, and an old commit cannot be mended" } },
  },
  {
    name: "a link in place of the manifests",
    make: ({ link, write }) => write("other/a.yaml", "x\n").then(() => link(`${HR}/manifests`, "../../other")),
    told: ["not-a-regular-file", `${HR}/manifests:1:1`, LINK],
  },
  {
    name: "a manifest that is executable and no text, which is written again",
    make: ({ makeExecutable, write }) =>
      write(`${HR}/manifests/a.yaml`, LATIN).then(() => makeExecutable(`${HR}/manifests/a.yaml`)),
    told: null,
  },
];

const places: HostileFolder[] = [
  {
    name: "a link in place of the folder",
    unsigned: "there is no folder",
    make: async ({ move, link }) => {
      await move(HR, "other");
      await link(HR, "../other");
    },
    told: ["not-a-regular-file", `${HR}:1:1`, LINK],
    others: { main: NO_REQUEST, verify: NO_LOCK },
  },
  {
    name: "a link in place of all folders",
    unsigned: "there is no folder",
    make: async ({ move, link }) => {
      await move("environments", "other");
      await link("environments", "other");
    },
    told: ["not-a-regular-file", "environments:1:1", LINK],
    others: {
      main: NO_REQUEST,
      door: { code: "database-unknown", because: "there is no folder at all, whatever has its name" },
      verify: NO_LOCK,
    },
  },
  {
    name: "a request in other letters",
    unsigned: "a permit lists the request",
    make: ({ move }) => move(CONFIG, `${HR}/Database_Config.yaml`),
    told: ["missing-config", `${CONFIG}:1:1`, `${HR} has no database_config.yaml`],
    others: { main: NO_REQUEST, verify: NO_LOCK },
  },
  {
    name: "scripts without a request",
    unsigned: "a permit lists the request",
    make: (requests) => requests.delete(CONFIG),
    told: ["missing-config", `${CONFIG}:1:1`, `${HR} has no database_config.yaml`],
    others: { main: NO_REQUEST, verify: NO_LOCK },
  },
  {
    name: "manifests without a request, as after a retirement",
    unsigned: "there is no request",
    make: async (requests) => {
      await requests.write(`${HR}/manifests/a.yaml`, "x\n");
      for (const path of [CONFIG, MASK]) await requests.delete(path);
    },
    told: null,
    others: { door: { code: "database-unknown", because: "a run needs a request" } },
  },
  {
    name: "a link among such manifests",
    unsigned: "there is no request",
    make: async (requests) => {
      await requests.write(`${HR}/manifests/a.yaml`, "x\n");
      await requests.link(`${HR}/manifests/b.yaml`, "a.yaml");
      for (const path of [CONFIG, MASK]) await requests.delete(path);
    },
    told: ["not-a-regular-file", `${HR}/manifests/b.yaml:1:1`, LINK],
    others: { main: NO_REQUEST, verify: NO_LOCK },
  },
  {
    name: "a name that no database can have",
    database: "hr_2",
    unsigned: "no permit has such a name",
    make: (requests) => copy(requests, "environments/hr_2"),
    told: [
      "bad-database-name",
      "environments/hr_2/database_config.yaml:1:1",
      '"hr_2" cannot be the name of a database',
    ],
    others: { door: NO_PERMIT, verify: NO_LOCK },
  },
  {
    name: "two databases that are one",
    database: "HR",
    unsigned: "no permit has such a name",
    make: (requests) => copy(requests, "environments/HR"),
    told: [
      "duplicate-database",
      "environments/HR/database_config.yaml:1:1",
      'the database "HR" already exists as "hr"',
    ],
    others: { door: NO_PERMIT, verify: NO_LOCK },
  },
  {
    name: "settings with an error",
    make: (requests) => append(requests, SETTINGS, "nonsense: 1\n"),
    told: ["unknown-key", `${SETTINGS}:${AFTER}:1`, '"nonsense" is not a key of the file'],
    others: { main: NO_MAIN },
  },
  {
    name: "settings that are larger than they may be",
    make: (requests) => requests.write(SETTINGS, "#".repeat(64 * 1024 + 1)),
    told: ["file-too-large", `${SETTINGS}:1:1`, "the file has 65537 bytes"],
    others: { main: NO_MAIN },
  },
  {
    name: "settings with a byte of another encoding",
    make: (requests) => append(requests, SETTINGS, LATIN),
    told: ["not-utf8", `${SETTINGS}:${AFTER}:1`, UTF8],
    others: { main: NO_MAIN },
  },
  {
    name: "a link in place of the settings",
    make: async ({ move, link }) => {
      await move(SETTINGS, "other.yml");
      await link(SETTINGS, "../other.yml");
    },
    told: ["not-a-regular-file", `${SETTINGS}:1:1`, LINK],
    others: { main: NO_MAIN },
  },
  {
    name: "no settings",
    make: (requests) => requests.delete(SETTINGS),
    told: ["settings-missing", `${SETTINGS}:1:1`, "the settings were removed"],
    others: {
      validate: { code: "source-incomplete", because: "a work tree may have none: then the request says it all" },
      main: NO_MAIN,
      door: { code: "settings-missing", because: "there is no line to point at" },
      verify: { code: "history-broken", because: "what a permit was checked by is gone" },
    },
  },
];

/** What happens to the files that only Seedbed writes, and to folders and settings. */
export const HOSTILE_PLACES: readonly HostileFolder[] = [...generated, ...places];
