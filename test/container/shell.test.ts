import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderAllowCodes } from "../../src/container/import-parfile.ts";
import { renderSeedConfig } from "../../src/container/seed-config.ts";
import type { Tablespace } from "../../src/request/request.ts";
import { renderPod } from "../../src/manifests/pod.ts";
import { hr } from "../manifests/example-input.ts";
import { readRuntime, RUNTIME } from "./read-runtime.ts";
import { sampleSeed } from "./samples.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "seedbed-shell-"));
  mkdirSync(join(root, "opt"), { recursive: true });
  symlinkSync(RUNTIME, join(root, "opt/seedbed"));
  mkdirSync(join(root, "opt/oracle/oradata/.seedbed/config/seed"), { recursive: true });
  mkdirSync(join(root, "dev"), { recursive: true });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function bash(script: string, ...args: string[]): string {
  const env = { PATH: process.env["PATH"], SEEDBED_ROOT: root };
  return execFileSync(
    "bash",
    ["-c", `set -Eeuo pipefail; source "$SEEDBED_ROOT/opt/seedbed/lib/load.sh"; ${script}`, "bash", ...args],
    {
      env,
      encoding: "utf8",
      // bash -c reads start-up files when its input is a socket.
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
}

test("every program of the runtime starts strictly, and every other file is only sourced", async () => {
  const files = (await readRuntime()).filter(({ path }) => path.endsWith(".sh") && path !== "lib/hook.sh");
  const isStrict = (text: string, mode: number): boolean =>
    mode === 0o755 ? /^set -Eeuo pipefail$/m.test(text) : text.startsWith("# shellcheck shell=bash\n");
  expect(files.filter(({ text, mode }) => !isStrict(text, mode)).map(({ path }) => path)).toEqual([]);
});

test("uses nothing that bash 4.2 lacks and no program that a base image lacks", async () => {
  const late =
    /\bwait -n\b|\b(?:declare|local|typeset) -n\b|\bmapfile -d\b|\$\{\w+@[A-Z]\}|EPOCH(?:SECONDS|REALTIME)|inherit_errexit|\blocal -\s/;
  const absent =
    /(?:^|[|;&(`]\s*|\$\(\s*)(?:flock|su|setsid|ps|pgrep|pkill|diff|cmp|hostname|xz|file|openssl|python3?|perl|jq|node|curl)\s/m;
  const found = (await readRuntime()).flatMap(({ path, text }) => {
    const code = text.replaceAll(/^\s*#.*$/gm, "");
    // TLS asks for openssl before it uses it: gvenzl's image, which has none, cannot make wallets anyway.
    const mine = path === "lib/tls.sh" ? code.replaceAll("openssl", "") : code;
    return [late, absent].flatMap((pattern) => pattern.exec(mine)?.map((match) => `${path}: ${match}`) ?? []);
  });
  expect(found).toEqual([]);
});

test("the hook works sourced and executed: status 0, no variable, no option, the shell goes on", () => {
  const hook = join(RUNTIME, "lib/hook.sh");
  const look =
    "compgen -v | grep -vE '^(BASH.*|_|PIPESTATUS|RANDOM|SECONDS|LINENO|before|FUNCNAME|COMP_WORDBREAKS|SRANDOM|EPOCH.*)$'; set +o; shopt";
  const script = `before=$(${look}); source "${hook}"; status=$?; after=$(unset status; ${look}); [[ $before == "$after" ]] && echo "same $status"`;
  for (const options of [[], ["-e"], ["-eu"]])
    expect(
      execFileSync("bash", [...options, "-c", script], {
        env: { PATH: process.env["PATH"], SEEDBED_ROOT: root },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      }),
    ).toBe("same 0\n");
  execFileSync(hook, { env: { PATH: process.env["PATH"] } });
});

test("a log line keeps one line and its quotes whatever a text holds", () => {
  expect(bash('log_event imported fail code=x "text=$1" "fix=$2"', 'a "b"\\c\nd\te', "do & this")).toBe(
    'seedbed phase=imported event=fail code=x text="a \\"b\\"\\\\c d e" fix="do & this"\n',
  );
});

/** The statement that the container makes of a tablespace of the request; what the database would answer is written out. */
function createTablespace(tablespace: Tablespace): string {
  const digest = `sha256:${"a".repeat(64)}` as const;
  const seed = sampleSeed({ tablespaces: [tablespace] });
  const files = renderSeedConfig({ database: "hr", importKey: digest, dumpSet: digest, seed });
  const rows = files.find(({ path }) => path === "tablespaces.tsv")!.text;
  writeFileSync(join(root, "opt/oracle/oradata/.seedbed/config/seed/tablespaces.tsv"), rows);
  return bash(`sql_rows() { [[ $1 == tablespaces ]] && echo SYSTEM || echo /opt/oracle/oradata/FREE/system01.dbf; }
    log_progress() { :; }; sql_run() { cat >&3; }; exec 3>&1; tablespace_make_all`);
}

test("a tablespace grows up to max_size, and without one as far as there is room, so that an import always fits", () => {
  const head = `CREATE BIGFILE TABLESPACE "DATA" DATAFILE '/opt/oracle/oradata/FREE/data01.dbf' SIZE 512M REUSE AUTOEXTEND ON NEXT 64M`;
  const data = { name: "DATA", size: "512Mi" };
  expect(createTablespace({ ...data, max_size: "8Gi" })).toBe(`${head} MAXSIZE 8G;\n`);
  expect(createTablespace(data)).toBe(`${head} MAXSIZE UNLIMITED;\n`);
});

const LOG = [
  '22-NOV-26 15:10:00.123: W-1 . . imported "HR"."T"  1 KB  3 rows',
  "22-NOV-26 15:10:00.124: ORA-39083: Object type OBJECT_GRANT failed to create with error:",
  "ORA-01917: user or role 'REPORTING' does not exist",
  "Failing sql is:",
  "22-NOV-26 15:10:00.125: ORA-39083: Object type ROLE_GRANT failed to create with error:",
  "ORA-01924: role 'APP_OWNER' not granted or does not exist",
  "Failing sql is:",
  ' GRANT "APP_OWNER" TO "HR"',
  'ORA-31684: Object type USER:"HR" already exists',
  'ORA-39082: Object type VIEW:"HR"."V" created with compilation warnings',
];

function errors(lines: string[], more: string[] = []): string {
  writeFileSync(join(root, "opt/oracle/oradata/.seedbed/config/seed/allow-codes"), renderAllowCodes(more));
  writeFileSync(join(root, "import.log"), `${lines.join("\n")}\n`);
  return bash('import_errors "$1"', join(root, "import.log"));
}

test("grants to accounts that are not copied and other harmless codes do not fail an import", () => {
  expect(errors(LOG)).toBe("");
});

test.for([
  [
    ['ORA-39083: Object type TABLE:"HR"."T" failed to create with error:', "ORA-00959: tablespace 'X' does not exist"],
    "ORA-39083",
  ],
  [
    ["ORA-39083: Object type OBJECT_GRANT failed to create with error:", "ORA-00942: table or view does not exist"],
    "ORA-39083",
  ],
  [
    [
      "ORA-39082: Object type VIEW created with compilation warnings",
      'ORA-31693: Table data object "HR"."T" failed to load',
      "ORA-12899: value too large",
    ],
    "ORA-31693",
  ],
  [
    ['ORA-39083: Object type DEFAULT_ROLE:"HR" failed to create with error:', "ORA-01924: role 'X' not granted"],
    "ORA-39083",
  ],
  [["ORA-39083: Object type INDEX failed to create with error:"], "ORA-39083"],
  [["ORA-39126: Worker unexpected fatal error"], "ORA-39126"],
] as const)("an import that lost something fails: %j", ([lines, code]) => {
  expect(errors([...LOG, ...lines])).toContain(code);
});

test("an allowed error that has no second line does not hide the error after it", () => {
  const skipped =
    'ORA-39112: Dependent object type INDEX:"HR"."I" skipped, base object type TABLE:"HR"."T" creation failed';
  expect(errors([skipped, "ORA-39126: Worker unexpected fatal error"], ["ORA-39112"])).toContain("ORA-39126");
});

const KEY = [
  'ORA-39083: Object type REF_CONSTRAINT:"OE"."SELLER_FK" failed to create with error:',
  "ORA-00942: table or view does not exist",
  "",
  "Failing sql is:",
  'ALTER TABLE "OE"."ORDERS" ADD CONSTRAINT "SELLER_FK" FOREIGN KEY ("SELLER") REFERENCES "HR"."EMPLOYEES" ("ID") ENABLE',
];

test("a foreign key that failed is told with its cause and its parent, and is no error before all parents are there", () => {
  const other = KEY.map((line) => line.replace("SELLER_FK", "CITY_FK"));
  expect(errors([...LOG, ...KEY, ...other])).toBe("");
  const found = '"OE"."SELLER_FK"\tORA-00942\t"HR"."EMPLOYEES"\n"OE"."CITY_FK"\tORA-00942\t"HR"."EMPLOYEES"\n';
  expect(bash('import_keys "$1"', join(root, "import.log"))).toBe(found);
});

test("a foreign key whose parent the log does not name keeps its cause and no other's parent", () => {
  const other = ['ORA-39083: Object type TRIGGER:"OE"."T" failed to create with error:', "ORA-00942: x", KEY[4]!];
  expect(errors([...KEY.slice(0, 2), ...other])).toContain("TRIGGER");
  expect(bash('import_keys "$1"', join(root, "import.log"))).toBe('"OE"."SELLER_FK"\tORA-00942\t-\n');
});

test("keys that the first import made are no failure the second time; those that failed again are", () => {
  const failed = (name: string, cause: string): string[] =>
    KEY.map((line) => line.replace("SELLER_FK", name)).map((line) => line.replace("ORA-00942", cause));
  errors([...failed("MADE_FK", "ORA-02275"), ...failed("SELLER_FK", "ORA-02275"), ...failed("NEW_FK", "ORA-02298")]);
  const before = '"OE"."SELLER_FK"\tORA-00942\t"HR"."EMPLOYEES"';
  const left = bash('imported_keys_left "$1" "$2"', join(root, "import.log"), before);
  expect(left.match(/\w+_FK"\tORA-\d+/g)).toEqual(['SELLER_FK"\tORA-02275', 'NEW_FK"\tORA-02298']);
});

test("a foreign key without a cause is an error", () => {
  expect(errors(KEY.slice(0, 1))).toContain("SELLER_FK");
});

test("a code that the request allows does not fail", () => {
  expect(errors(["ORA-39126: Worker unexpected fatal error"], ["ORA-39126"])).toBe("");
});

test.for([
  ["a whole one", 0, [], "yes"],
  ["encrypted data in clear on the same volume", 0, ["ORA-39173: Encrypted data has been stored unencrypted"], "yes"],
  ["rows that a policy hides", 0, ['ORA-39181: Only partial table data may be exported on "HR"."T"'], "no"],
  ["an error under the last line", 5, [], "no"],
] as const)("an export is a backup only when nothing is missing: %s", ([, status, lines, expected]) => {
  writeFileSync(join(root, "export.log"), [...lines, 'Job "B"."J" successfully completed at Sun', ""].join("\n"));
  expect(bash(`if backup_finished ${status} "$1"; then printf yes; else printf no; fi`, join(root, "export.log"))).toBe(
    expected,
  );
});

test.for(["ACCEPT x PROMPT 'who? '", "  acc x", "PAUSE", "pau;"])(
  "a script that asks (%s) is refused, because its next statement would be the answer",
  (line) => {
    const file = join(root, "10-secure.sql");
    writeFileSync(file, `SELECT 1 FROM DUAL;\n${line}\nUPDATE HR.EMPLOYEES SET EMAIL = NULL;\n`);
    expect(() => bash('PDB=X; sql_user_script "$1"', file)).toThrow(
      expect.objectContaining({ status: 86, stdout: expect.stringContaining("code=script-asks") }),
    );
  },
);

test.for(["REM ---- mask ----", "  remark -", "rem-", "PROMPT masking - \t", "prom -\r", "Rema x-"])(
  "a script whose comment takes the next statement with it (%s) is refused",
  (line) => {
    const file = join(root, "10-secure.sql");
    writeFileSync(file, `SELECT 1 FROM DUAL;\n${line}\nUPDATE HR.EMPLOYEES SET EMAIL = NULL;\n`);
    expect(() => bash('PDB=X; sql_user_script "$1"', file)).toThrow(
      expect.objectContaining({ status: 86, stdout: expect.stringContaining("code=script-swallows") }),
    );
  },
);

test.for(["-- mask ----", "--", "REM mask", "remainder := a -", "prompt_no -", "PROMPT a - b"])(
  "a script with a line that goes no further (%s) is sent to sqlplus",
  (line) => {
    const file = join(root, "10-secure.sql");
    writeFileSync(file, `${line}\nUPDATE HR.EMPLOYEES SET EMAIL = NULL;\n`);
    expect(bash('PDB=X; sql_try() { cat; echo "sent $1" >&3; }; sql_user_script "$1"', file)).toBe(
      "sent 10-secure.sql\n",
    );
  },
);

describe("memory of an Enterprise instance", () => {
  const share = 'memory_share_out; printf "%s %s" "$INIT_SGA_SIZE" "$INIT_PGA_SIZE"';
  const limit = (path: string, value: string): void => {
    rmSync(join(root, "sys"), { recursive: true, force: true });
    mkdirSync(dirname(join(root, "sys/fs/cgroup", path)), { recursive: true });
    writeFileSync(join(root, "sys/fs/cgroup", path), `${value}\n`);
  };

  test.for([
    ["memory.max", String(8 * 1024 ** 3), "4096 1638"],
    ["memory/memory.limit_in_bytes", String(6 * 1024 ** 3), "3072 1228"],
    // No limit at all: as little as it can do with, because nobody says how much is there.
    ["memory.max", "max", "2048 819"],
    ["memory/memory.limit_in_bytes", "9223372036854771712", "2048 819"],
  ] as const)("leaves room beside SGA and PGA: %s of %s", ([path, value, shares]) => {
    limit(path, value);
    expect(bash(`memory_must_do; ${share}`)).toBe(shares);
  });

  test("leaves sizes alone that somebody gave", () => {
    limit("memory.max", String(8 * 1024 ** 3));
    expect(bash(`export INIT_SGA_SIZE=3000 INIT_PGA_SIZE=1000; ${share}`)).toBe("3000 1000");
  });

  test("is refused below 4 GiB", () => {
    limit("memory.max", String(4 * 1024 ** 3 - 1));
    expect(() => bash("memory_must_do")).toThrow(
      expect.objectContaining({ status: 86, stdout: expect.stringContaining("code=memory-too-small") }),
    );
  });
});

test("a stop takes less than Kubernetes gives, with every process of ours stuck", () => {
  const stuck = "(trap '' TERM; while :; do sleep 0.1; done) & ";
  const script = `set -m; ${stuck} one=$!; ${stuck} two=$!; sleep 0.5; process_stop 2 "$one" "" "$two"; echo "$SECONDS"; wait "$one" || echo $?; wait "$two" || echo $?`;
  const [seconds, ...statuses] = bash(script).trim().split("\n");
  expect(Number(seconds)).toBeLessThan(4);
  expect(statuses).toEqual(["137", "137"]);
  const [stop, machine] = bash('echo "$STOP_SECONDS"; echo "$MACHINE_STOP_SECONDS"').trim().split("\n").map(Number);
  const pod = renderPod(hr) as { terminationGracePeriodSeconds: number };
  expect(stop! + machine!).toBeLessThanOrEqual(pod.terminationGracePeriodSeconds - 15);
});

test("the base image's start has the image's own mask, and our files keep ours", () => {
  const command = join(root, "base-command");
  writeFileSync(command, "/bin/bash\n-c\numask; trap 'exit 9' TERM; while :; do sleep 0.1; done\n");
  const script = `BASE_COMMAND=$1; base_start; sleep 0.5; umask; kill -TERM "$BASE_PID"; wait "$BASE_PID" || echo "$?"`;
  expect(bash(script, command)).toBe("0022\n0077\n9\n");
});

test("an account that failed logons lock for a time counts as open", () => {
  const rows = ["DEV\tLOCKED(TIMED)\tN\tNO", "OLD\tEXPIRED & LOCKED(TIMED)\tN\tNO", "HR\tLOCKED\tN\tNO"];
  const all = [...rows, "OE\tEXPIRED & LOCKED\tN\tNO", "X\tEXPIRED(GRACE) & LOCKED\tN\tNO", "SYS\tOPEN\tY\tYES"];
  writeFileSync(join(root, "users"), all.map((row) => `${row}\n`).join(""));
  expect(bash('sql_rows() { cat "$SEEDBED_ROOT/users"; }; secure_open_accounts')).toBe("DEV\nOLD\n");
});

test("names and literals that SQL could read otherwise are refused or doubled", () => {
  expect(bash('sql_literal "$1"', "it's -- & /*")).toBe("'it''s -- & /*'");
  expect(bash('sql_name "$1"', "Odd name")).toBe('"Odd name"');
  for (const name of ['a"b', "a\nb", ""])
    expect(() => bash('sql_name "$1"', name)).toThrow(
      expect.objectContaining({ status: 86, stdout: expect.stringContaining("code=name-refused") }),
    );
});

test("owners of an export of all schemas are those of the facts, with and without tables", () => {
  const facts = join(root, "all-schemas");
  mkdirSync(facts);
  writeFileSync(join(facts, "rows.tsv"), "HR\tEMPLOYEES\t3\nHR\tJOBS\t2\n");
  writeFileSync(join(facts, "dumpset.json"), '{"rows":5,"schemas":["APPUSER","CODE$X","HR"],"scn":"1"}');
  expect(bash(`FACTS_AT=${facts}; owners_targets`)).toBe("APPUSER\nCODE$X\nHR\n");
  writeFileSync(join(facts, "dumpset.json"), '{"rows":5,"schemas":["HR"],"scn":"1"}');
  expect(bash(`FACTS_AT=${facts}; owners_targets`)).toBe("HR\n");
});

test("a file in the image lowers time limits and raises none; tenths are for the poll alone", () => {
  const file = join(root, "timing");
  const limits = `TIMING_FILE=${file}; timing_load; echo "$POLL_SECONDS $WATCH_SECONDS $STOP_SECONDS"`;
  writeFileSync(file, "POLL_SECONDS=0.2\nWATCH_SECONDS=3\nSTOP_SECONDS=999\n");
  expect(bash(limits)).toBe("0.2 3 240\n");
  for (const text of ["POLL_SECONDS=1.5\n", "POLL_SECONDS=0.\n", "POLL_SECONDS=0.0\n", "WATCH_SECONDS=0.2\n"]) {
    writeFileSync(file, text);
    expect(bash(limits)).toBe("1 10 240\n");
  }
});

test.each([
  ["the last line's own words", "some\nSEEDBED-OK 7\n", "yes"],
  ["bytes that are no text", "a\0b\xff\nSEEDBED-OK 7\n", "yes"],
  ["an error before them", "ORA-00942: x\nSEEDBED-OK 7\n", "no"],
  ["an error after them", "SEEDBED-OK 7\nSP2-0042: x\n", "no"],
  ["an error among bytes that are no text", "\0\nORA-00942: \0\nSEEDBED-OK 7\n", "no"],
  ["a question for a value", "a Enter value for b: \nSEEDBED-OK 7\n", "no"],
  ["the words of another statement", "SEEDBED-OK 77\n", "no"],
  ["nothing", "", "no"],
])("an output of sqlplus with %s tells whether it succeeded", (_what, output, succeeded) => {
  const file = join(root, "output");
  writeFileSync(file, Buffer.from(output, "latin1"));
  expect(bash('if sql_succeeded 0 7 "$1" 2>/dev/null; then printf yes; else printf no; fi', file)).toBe(succeeded);
  expect(bash('if sql_succeeded 1 7 "$1" 2>/dev/null; then printf yes; else printf no; fi', file)).toBe("no");
});

test.each([
  ["previous", "none", "yes"],
  ["previous", "non", "no"],
  ["phase", "created", "yes"],
  // The first line of a key counts, as for value_of.
  ["phase", "found", "no"],
  ["finished", "", "no"],
])("a file of records has %s with the value %j: %s", (key, value, is) => {
  const file = join(root, "record");
  writeFileSync(file, "phase=created\nphase=found\nprevious=none");
  expect(bash('if value_is "$1" "$2" "$3"; then printf yes; else printf no; fi', file, key, value)).toBe(is);
});
