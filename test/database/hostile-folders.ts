import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { Reader } from "./five-readers.ts";
import type { RequestRepository } from "./request-repository.ts";

type Words = [code: string, place: string, what: string];

/** A database's folder that nobody should have made, and what everybody says of it first. */
export interface HostileFolder {
  name: string;
  /** `hr` unless said otherwise. */
  database?: string;
  /** Before a permit is signed for what stands there then. */
  make?(requests: RequestRepository): Promise<void>;
  /** After that, and on main already: permit and lock are no pull request's. */
  onMain?(requests: RequestRepository): Promise<void>;
  /** Why no permit can be signed. */
  unsigned?: string;
  /** null where there is nothing to say. */
  told: Words | null;
  severity?: Problem["severity"];
  /** Readers that rightly say something else, by its code, or nothing (null), and why. */
  others?: Partial<Record<Reader, { code: string | null; because: string }>>;
}

const HR = "environments/hr";
const CONFIG = `${HR}/database_config.yaml`;
const MASK = `${HR}/scripts/mask.sql`;
const LOCK = `${HR}/seed.lock.yaml`;
const APPROVAL = `${HR}/approval.yaml`;
const SETTINGS = ".github/seedbed.yml";
/** An `é` of ISO 8859-1: no UTF-8. */
const LATIN = Buffer.from([0xe9]);
const MIB2 = 2 * 1024 * 1024;
const ODD_NAME = `${HR}/a\nb\u202e.md`;

const LINK = "this is a symbolic link";
const BITS = "the file is marked as executable";
const UTF8 = "the file is not UTF-8 text";

function bytes(...parts: (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

function lines(size: number): string {
  return `#${"-".repeat(1022)}\n`.repeat(Math.floor(size / 1024)) + "#".repeat(size % 1024);
}

async function append({ folder }: RequestRepository, path: string, more: string | Buffer): Promise<void> {
  await appendFile(join(folder, path), more);
}

async function rewrite(requests: RequestRepository, path: string, change: (text: string) => string): Promise<void> {
  await requests.write(path, change(await readFile(join(requests.folder, path), "utf8")));
}

async function copy({ folder, write }: RequestRepository, to: string): Promise<void> {
  for (const path of [CONFIG, MASK]) await write(path.replace(HR, to), await readFile(join(folder, path)));
}

/** What the door and verify do with a request whose bytes were permitted, whatever they say. */
const OF_CONTENT: HostileFolder["others"] = {
  verify: { code: null, because: "a permit is for bytes, and says nothing of what they mean" },
};
const WARNED: HostileFolder["others"] = {
  main: { code: null, because: "a warning stops nothing" },
  door: { code: null, because: "a warning stops nothing" },
  ...OF_CONTENT,
};
const NO_LOCK = { code: null, because: "there is no lock whose history could be checked" };
const NO_REQUEST = { code: null, because: "main has no request of that name, so the bot has nothing to decide" };
const NO_MAIN = { code: null, because: "without settings the bot does nothing on main; pull requests say why" };
const NO_PERMIT = { code: "permit-missing", because: "nothing else is asked about a request that nobody permitted" };

const files: HostileFolder[] = [
  {
    name: "a folder that is as it should be",
    told: null,
  },
  {
    name: "a script with a byte of another encoding",
    make: ({ write }) => write(MASK, bytes("SELECT 1\n  FROM t", LATIN, ";\n")),
    told: ["not-utf8", `${MASK}:2:9`, UTF8],
  },
  {
    name: "a request with a byte of another encoding",
    make: ({ write }) => write(CONFIG, bytes("owner: ada\n# ", LATIN)),
    told: ["not-utf8", `${CONFIG}:2:3`, UTF8],
  },
  {
    name: "an unreadable script and a request with errors",
    make: async (requests) => {
      await append(requests, CONFIG, "nonsense: 1\n");
      await requests.write(MASK, LATIN);
    },
    told: ["not-utf8", `${MASK}:1:1`, UTF8],
  },
  {
    name: "a script that is marked as executable",
    make: ({ makeExecutable }) => makeExecutable(MASK),
    told: ["executable-file", `${MASK}:1:1`, BITS],
  },
  {
    name: "a request that is marked as executable",
    make: ({ makeExecutable }) => makeExecutable(CONFIG),
    told: ["executable-file", `${CONFIG}:1:1`, BITS],
  },
  {
    name: "a link in place of a script",
    make: ({ link }) => link(MASK, "../database_config.yaml"),
    told: ["not-a-regular-file", `${MASK}:1:1`, LINK],
  },
  {
    name: "a link in place of the request",
    unsigned: "a permit lists the request",
    make: ({ link }) => link(CONFIG, "scripts/mask.sql"),
    told: ["not-a-regular-file", `${CONFIG}:1:1`, LINK],
    others: { verify: NO_LOCK },
  },
  {
    name: "a link in place of the scripts' folder",
    make: async ({ move, link }) => {
      await move(`${HR}/scripts`, "other");
      await link(`${HR}/scripts`, "../../other");
    },
    told: ["not-a-regular-file", `${HR}/scripts:1:1`, LINK],
  },
  {
    name: "a repository inside, which git records as a submodule",
    make: async ({ folder, git }) => {
      git("init", "-q", join(folder, HR, "scripts/more"));
      git("-C", join(folder, HR, "scripts/more"), "commit", "-q", "--allow-empty", "-m", "x");
    },
    told: ["not-a-regular-file", `${HR}/scripts/more:1:1`, "this is a submodule"],
  },
  {
    name: "a submodule that is not checked out",
    make: async ({ folder, record }) => {
      record("160000", `${HR}/scripts/more`);
      await mkdir(join(folder, HR, "scripts/more"));
    },
    told: ["not-a-regular-file", `${HR}/scripts/more:1:1`, "this is a submodule"],
  },
  {
    name: "an executable file whose name has a line break and turns the text's direction",
    unsigned: "no permit lists such a name",
    make: async ({ write, makeExecutable }) => {
      await write(ODD_NAME, "x\n");
      await makeExecutable(ODD_NAME);
    },
    told: ["executable-file", `${HR}/a\\u{a}b\\u{202e}.md:1:1`, BITS],
    others: { verify: NO_LOCK },
  },
  {
    name: "a script of 2 MiB",
    make: ({ write }) => write(MASK, lines(MIB2)),
    told: ["scripts-too-large", `${CONFIG}:1:1`, `the scripts add up to ${MIB2} bytes`],
    others: OF_CONTENT,
  },
  {
    name: "a script of one byte more",
    make: ({ write }) => write(MASK, lines(MIB2 + 1)),
    told: ["file-too-large", `${MASK}:1:1`, `the file has ${MIB2 + 1} bytes`],
  },
  {
    name: "a request of 2 MiB",
    make: ({ write }) => write(CONFIG, lines(MIB2)),
    told: ["file-too-large", `${CONFIG}:1:1`, `the file has ${MIB2} bytes`],
    others: OF_CONTENT,
  },
  {
    name: "a request of one byte more",
    make: ({ write }) => write(CONFIG, lines(MIB2 + 1)),
    told: ["file-too-large", `${CONFIG}:1:1`, `the file has ${MIB2 + 1} bytes`],
  },
];

const contents: HostileFolder[] = [
  {
    name: "files with the line ends of Windows",
    make: async (requests) => {
      for (const path of [CONFIG, MASK]) await rewrite(requests, path, (text) => text.replaceAll("\n", "\r\n"));
    },
    told: null,
  },
  {
    name: "a byte order mark before the request, which YAML allows",
    make: (requests) => rewrite(requests, CONFIG, (text) => `\ufeff${text}`),
    told: null,
  },
  {
    name: "a byte order mark before a script, which SQL*Plus would run",
    make: (requests) => rewrite(requests, MASK, (text) => `\ufeff${text}`),
    told: ["hidden-character", `${MASK}:1:1`, "this is the character U+FEFF"],
    others: OF_CONTENT,
  },
  {
    name: "a NUL in a script",
    make: ({ write }) => write(MASK, "SELECT 1 FROM t;\n-- \0\n"),
    told: ["hidden-character", `${MASK}:2:4`, "this is the character U+0000"],
    others: OF_CONTENT,
  },
  {
    name: "a NUL in the request",
    make: (requests) => rewrite(requests, CONFIG, (text) => `# \0\n${text}`),
    told: ["hidden-character", `${CONFIG}:1:3`, "this is the character U+0000"],
    others: OF_CONTENT,
  },
  {
    name: "a script that is missing",
    make: (requests) => requests.delete(MASK),
    told: ["missing-script", `${CONFIG}:41:9`, 'database.scripts.masking[0] is "scripts/mask.sql"'],
    others: OF_CONTENT,
  },
  {
    name: "a script in other letters than the request says",
    make: ({ move }) => move(MASK, `${HR}/scripts/Mask.SQL`),
    told: ["missing-script", `${CONFIG}:41:9`, 'database.scripts.masking[0] is "scripts/mask.sql"'],
    others: OF_CONTENT,
  },
  {
    name: "an empty request",
    make: ({ write }) => write(CONFIG, ""),
    told: ["empty-file", `${CONFIG}:1:1`, "the file is empty"],
    others: OF_CONTENT,
  },
  {
    name: "an empty script",
    severity: "warning",
    make: ({ write }) => write(MASK, ""),
    told: ["empty-script", `${MASK}:1:1`, "the script does nothing"],
    others: WARNED,
  },
  {
    name: "a file that belongs to no request",
    severity: "warning",
    make: ({ write }) => write(`${HR}/notes.md`, "x\n"),
    told: ["unknown-file", `${HR}/notes.md:1:1`, "this file is not part of a request and is ignored"],
    others: WARNED,
  },
  {
    name: "a folder among the scripts",
    severity: "warning",
    make: ({ write }) => write(`${HR}/scripts/more/a.sql`, "SELECT 1 FROM t;\n"),
    told: ["unknown-file", `${HR}/scripts/more/a.sql:1:1`, "this file is not part of a request and is ignored"],
    others: WARNED,
  },
  {
    name: "a very long name",
    severity: "warning",
    make: ({ write }) => write(`${HR}/${"n".repeat(250)}`, "x\n"),
    told: [
      "unknown-file",
      `${`${HR}/${"n".repeat(250)}`.slice(0, 240)}…:1:1`,
      "this file is not part of a request and is ignored",
    ],
    others: WARNED,
  },
];

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
    told: ["unknown-key", `${SETTINGS}:73:1`, '"nonsense" is not a key of the file'],
    others: { main: NO_MAIN },
  },
  {
    name: "settings with a byte of another encoding",
    make: (requests) => append(requests, SETTINGS, LATIN),
    told: ["not-utf8", `${SETTINGS}:73:1`, UTF8],
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

export const HOSTILE_FOLDERS: readonly HostileFolder[] = [...files, ...contents, ...generated, ...places];
