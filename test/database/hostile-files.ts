import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bytes, LATIN, NO_LOCK, PATHS, SAID, type HostileFolder } from "./hostile-folder.ts";
import type { RequestRepository } from "./request-repository.ts";

const { HR, CONFIG, MASK } = PATHS;
const { LINK, BITS, UTF8 } = SAID;
const KIB = 1024;
const ODD_NAME = `${HR}/a\nb\u202e.md`;

/** So many bytes of a comment, in lines that are not too long. */
function comment(bytes: number, mark = "--"): string {
  return `${mark}${"-".repeat(1023 - mark.length)}\n`.repeat(Math.ceil(bytes / KIB)).slice(0, bytes - 1) + "\n";
}

async function addFiles(write: RequestRepository["write"], count: number): Promise<void> {
  for (let number = 0; number < count; number += 1)
    await write(`${HR}/scripts/a${number}.sql`, "UPDATE t SET a = 1;\n");
}

function unknownKeys(count: number): string {
  return Array.from({ length: count }, (_, number) => `k${number}: 1\n`).join("");
}

async function append({ folder }: RequestRepository, path: string, more: string | Buffer): Promise<void> {
  await appendFile(join(folder, path), more);
}

async function rewrite(requests: RequestRepository, path: string, change: (text: string) => string): Promise<void> {
  await requests.write(path, change(await readFile(join(requests.folder, path), "utf8")));
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
/** Files that cannot be read, or are not what they seem. */
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
    name: "a script that is as large as it may be",
    make: ({ write }) => write(MASK, comment(128 * KIB)),
    told: null,
  },
  {
    name: "a script of one byte more",
    make: ({ write }) => write(MASK, comment(128 * KIB + 1)),
    told: ["file-too-large", `${MASK}:1:1`, "the file has 131073 bytes"],
  },
  {
    name: "scripts that are too large together",
    make: async ({ write }) => {
      for (const name of ["a", "b", "c", "d", "mask"]) await write(`${HR}/scripts/${name}.sql`, comment(105 * KIB));
    },
    told: ["scripts-too-large", `${CONFIG}:1:1`, "the scripts add up to 537600 bytes"],
    others: OF_CONTENT,
  },
  {
    name: "a request that is as large as it may be",
    make: (requests) => rewrite(requests, CONFIG, (text) => text + comment(64 * KIB - Buffer.byteLength(text), "#")),
    told: null,
  },
  {
    name: "a request of one byte more",
    make: (requests) =>
      rewrite(requests, CONFIG, (text) => text + comment(64 * KIB + 1 - Buffer.byteLength(text), "#")),
    told: ["file-too-large", `${CONFIG}:1:1`, "the file has 65537 bytes"],
  },
  {
    name: "something else that is larger than it may be",
    make: ({ write }) => write(`${HR}/notes.md`, comment(128 * KIB + 1)),
    told: ["file-too-large", `${HR}/notes.md:1:1`, "the file has 131073 bytes"],
  },
  {
    name: "as many files as there may be",
    make: ({ write }) => addFiles(write, 198),
    severity: "warning",
    told: ["unused-script", `${HR}/scripts/a0.sql:1:1`, "this script is in no list, so it never runs"],
    others: WARNED,
  },
  {
    name: "one file more",
    make: ({ write }) => addFiles(write, 199),
    told: ["too-many-files", `${CONFIG}:1:1`, "the folder has 201 files"],
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
    name: "more keys than a map may have",
    make: (requests) => rewrite(requests, CONFIG, (text) => text + unknownKeys(1001)),
    told: ["yaml-keys", `${CONFIG}:1043:4`, "this map has too many keys"],
    others: OF_CONTENT,
  },
  {
    name: "fewer unknown keys, of which not all are told",
    make: (requests) => rewrite(requests, CONFIG, (text) => text + unknownKeys(500)),
    told: ["unknown-key", `${CONFIG}:47:1`, '"k0" is not a key of the file'],
    others: OF_CONTENT,
  },
  {
    name: "more values than a request may have",
    make: ({ write }) => write(CONFIG, `a: [${"1,".repeat(20_000)}]\n`),
    told: ["yaml-length", `${CONFIG}:1:20001`, "the document has too many keys, values and signs"],
    others: OF_CONTENT,
  },
  {
    name: "brackets without end in the request",
    make: ({ write }) => write(CONFIG, "[".repeat(60_000)),
    told: ["yaml-nesting", `${CONFIG}:1:31`, "the document is nested too deeply"],
    others: OF_CONTENT,
  },
  {
    name: "a tag of many signs that could begin another one",
    make: ({ write }) => write(CONFIG, `a: !x${"&".repeat(60)} #c\n  &b 1\n`),
    told: ["yaml-feature", `${CONFIG}:1:4`, `the tag !x${"&".repeat(60)} is not allowed here`],
    others: OF_CONTENT,
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

/** What people put into a request's folder. */
export const HOSTILE_FILES: readonly HostileFolder[] = [...files, ...contents];
