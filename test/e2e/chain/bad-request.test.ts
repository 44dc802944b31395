import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../../../src/problem/problem.ts";
import type { WorldCounts } from "../../world/counts.ts";
import { Chain } from "./chain.ts";
import { expectRefused } from "./expect-refused.ts";

const REQUEST = "environments/hr/database_config.yaml";

let chain: Chain;
let sound: string;
let untouched: WorldCounts["registry"];
beforeAll(async () => {
  chain = await Chain.open();
  untouched = (await chain.world.counts()).registry;
  sound = await chain.git("rev-parse", "HEAD");
});
afterEach(() => chain.restore(sound));
afterAll(() => chain.close());

interface Row {
  what: string;
  edit(): Promise<void>;
  code: string;
  /** Place of the finding; the request's when there is no path. */
  place: { path?: string; line: number; column: number };
  /** In the finding's what, why or fix. */
  says: string[];
  database?: string;
}

const edit = (from: string, to: string) => () => chain.edit(REQUEST, from, to);
const script = (path: string) => edit("- scripts/mask.sql", `- "${path}"`);
const masking = { line: 40, column: 9 };

/** Two anchors and 240 aliases that mean 10 to the 4th values. */
const BOMB = ["a: &a [x, x, x, x]", "b: &b [*a, *a, *a]", `c: [${"*b, ".repeat(300)}*b]`].join("\n");

const rows: Row[] = [
  {
    what: "an unknown key",
    edit: edit("keep_dump: true", "keep_dmp: true"),
    code: "unknown-key",
    place: { line: 28, column: 5 },
    says: ['"keep_dmp" is not a key of database.storage', 'did you mean "keep_dump"?'],
  },
  {
    what: "a value of the wrong type",
    edit: edit("keep: 3", "keep: three"),
    code: "wrong-type",
    place: { line: 43, column: 11 },
    says: ['database.backups.keep is the string "three"', "expected a whole number", "for example 3"],
  },
  {
    what: "a schedule that is none",
    edit: edit('"0 2 * * *"', '"0 25 * * *"'),
    code: "bad-schedule",
    place: { line: 42, column: 18 },
    says: ["25", "0 to 23"],
  },
  {
    what: "a table twice",
    edit: edit("        - name: EMPLOYEES\n", "        - name: EMPLOYEES\n        - name: EMPLOYEES\n"),
    code: "duplicate-name",
    place: { line: 14, column: 17 },
    says: ["EMPLOYEES"],
  },
  {
    what: "a YAML syntax error",
    edit: edit("owner: ada", "owner: [ada"),
    code: "yaml-syntax",
    place: { line: 3, column: 8 },
    says: ["the YAML parser says"],
  },
  {
    what: "a YAML bomb",
    edit: () => chain.write(REQUEST, BOMB),
    code: "yaml-feature",
    place: { line: 1, column: 4 },
    says: ["the anchor &a is not allowed here", "remove it"],
  },
  {
    what: "brackets without end",
    edit: () => chain.write(REQUEST, `owner: ${"[".repeat(20_000)}`),
    code: "yaml-nesting",
    place: { line: 1, column: 37 },
    says: ["nested too deeply", "at most 30 levels"],
  },
  {
    what: "a script above the request",
    edit: script("../../../etc/passwd"),
    code: "bad-path",
    place: masking,
    says: ["a path with .. points outside the request"],
  },
  {
    what: "a script of another request",
    edit: script("scripts/../../orders/scripts/mask.sql"),
    code: "bad-path",
    place: masking,
    says: ["a path with .. points outside the request"],
  },
  {
    what: "a script with an absolute path",
    edit: script("/etc/passwd"),
    code: "bad-path",
    place: masking,
    says: ["an absolute path points outside the request"],
  },
  {
    what: "a script with backslashes",
    edit: script("scripts\\\\..\\\\mask.sql"),
    code: "bad-path",
    place: masking,
    says: [],
  },
  {
    what: "a script that is not there",
    edit: script("scripts/none.sql"),
    code: "missing-script",
    place: masking,
    says: ["the request has no such file", "add the file"],
  },
  {
    what: "another service of a named source",
    edit: edit("name: hr-prod", "name: hr-prod\n  service_name: OTHER"),
    code: "source-differs",
    place: { line: 10, column: 17 },
    says: ['service_name is "OTHER" here and "HRPDB" in the settings of hr-prod', 'write "HRPDB"'],
  },
  {
    what: "another host of a named source",
    edit: edit("name: hr-prod", "name: hr-prod\n  host: elsewhere.example"),
    code: "source-differs",
    place: { line: 10, column: 9 },
    says: ["a request may repeat its source's values but not change them"],
  },
  {
    what: "a schema that the source's DBAs do not give away",
    edit: edit("name: OE", "name: SYS"),
    code: "schema-not-allowed",
    place: { line: 15, column: 13 },
    says: ['schema "SYS" may not be exported from hr-prod', "HR, OE"],
  },
  {
    what: "a source that the settings do not have",
    edit: edit("name: hr-prod", "name: hr-prd"),
    code: "unknown-source",
    place: { line: 9, column: 9 },
    says: ['did you mean "hr-prod"?'],
  },
  {
    what: "a folder whose name is no name of a database",
    edit: async () => chain.write("environments/HR_1/database_config.yaml", await chain.read(REQUEST)),
    code: "bad-database-name",
    place: { path: "environments/HR_1/database_config.yaml", line: 1, column: 1 },
    says: ['"HR_1" cannot be the name of a database', 'rename the folder to "hr-1"'],
    database: "HR_1",
  },
  {
    what: "a database that is there already under another spelling",
    edit: async () => chain.write("environments/HR/database_config.yaml", await chain.read(REQUEST)),
    code: "duplicate-database",
    place: { path: "environments/HR/database_config.yaml", line: 1, column: 1 },
    says: ['the database "HR" already exists as "hr"', "one namespace"],
    database: "HR",
  },
];

describe("a request with a mistake", () => {
  it.each(rows)(
    "is refused with place, reason and fix: $what",
    async ({ edit: change, code, place, says, database = "hr" }) => {
      await change();
      await chain.commit("A mistake");
      const path = place.path ?? REQUEST;
      const at = `${path}:${place.line}:${place.column}`;
      const seed = await expectRefused(chain, ["seed", database, "--json"], { code: 1, says: [`error[${code}]`, at] });
      const { error } = JSON.parse(seed.stdout) as { error: { code: string; problems: Problem[] } };
      expect(error.code).toBe("request-invalid");
      const { problems } = error;
      const found = problems.filter((problem) => problem.code === code && problem.line === place.line);
      expect(found[0]).toMatchObject({ severity: "error", path, line: place.line, column: place.column });
      for (const text of says) expect(Object.values(found[0]!).join("\n")).toContain(text);
    },
  );

  it("has the same problems in validate, plan, render and seed", async () => {
    await chain.edit(REQUEST, "keep_dump: true", "keep_dmp: true");
    await chain.edit(REQUEST, "keep: 3", "keep: three");
    await chain.commit("Two mistakes");
    const validate = await chain.seedbed(["validate", "--json"]);
    expect(validate.code).toBe(1);
    const { problems } = JSON.parse(validate.stdout) as { problems: Problem[] };
    expect(problems.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual([
      "unknown-key",
      "wrong-type",
    ]);
    for (const args of [["plan"], ["render", "--check"], ["seed", "hr"]]) {
      const ran = await expectRefused(chain, [...args, "--json"], { code: 1, says: ["unknown-key", "wrong-type"] });
      expect(JSON.parse(ran.stdout)).toMatchObject({ error: { problems } });
    }
  });

  it("lists at most a hundred problems of a file, and says how many there are", async () => {
    await chain.write(REQUEST, `a: &a x\nb: [${"*a, ".repeat(3000)}*a]\n`);
    const people = await chain.seedbed(["validate"]);
    expect(people.stdout).toContain("error[more-problems]: 2902 more errors are not listed");
    expect(people.stdout).toContain("3002 errors, 1 warning");
    expect(people.stdout.length).toBeLessThan(100_000);
    const machines = JSON.parse((await chain.seedbed(["validate", "--json"])).stdout) as { problems: Problem[] };
    expect(machines).toMatchObject({ errors: 3002, warnings: 1 });
    expect(machines.problems.filter(({ path }) => path === REQUEST)).toHaveLength(101);
  });
});

describe("a link in a request", () => {
  it("is refused where it leads to a file outside", async () => {
    await chain.link("environments/hr/scripts/mask.sql", "/etc/passwd");
    await chain.commit("A link");
    for (const command of ["validate", "seed"])
      await expectRefused(chain, [command, "hr"], {
        code: 1,
        says: ["error[not-a-regular-file]", "environments/hr/scripts/mask.sql:1:1", "with a regular file"],
      });
  });

  it("is refused where it stands for a whole database", async () => {
    await symlink("/etc", join(chain.repository, "environments/evil"));
    await chain.commit("A link to a folder");
    await expectRefused(chain, ["validate"], { code: 1, says: ["error[not-a-regular-file]", "environments/evil:1:1"] });
    await expectRefused(chain, ["seed", "evil"], { code: 2, says: ["environments/evil"] });
  });

  it("is refused where it stands for the settings", async () => {
    await chain.link(".github/seedbed.yml", join(chain.repository, REQUEST));
    await chain.commit("A link to settings");
    await expectRefused(chain, ["seed", "hr"], {
      code: 1,
      says: ["error[not-a-regular-file]", ".github/seedbed.yml:1:1"],
    });
  });
});

describe("a name on the command line", () => {
  it.each([
    ["seed", "../hr"],
    ["render", "hr/../hr"],
    ["plan", "/etc"],
    ["validate", "."],
    ["init", "../evil"],
    ["init", "/tmp/evil"],
  ])("that is a path is refused: %s %s", async (command, name) => {
    await expectRefused(chain, [command, name], {
      code: 2,
      says: [`"${name}" cannot be the name of a database`, "not a path", "only the folder's name"],
    });
  });

  it.each(["render", "seed"])("that is nearly right is corrected by %s", async (command) => {
    await expectRefused(chain, [command, "hrr"], {
      code: 2,
      says: ["There is no request environments/hrr/database_config.yaml; there is hr.", 'did you mean "hr"?'],
    });
  });

  it("that nothing comes near leads to init", async () => {
    await expectRefused(chain, ["seed", "warehouse"], { code: 2, says: ["Create it with: seedbed init warehouse"] });
  });

  it("is never written over by init", async () => {
    await expectRefused(chain, ["init", "hr"], { code: 2, says: [`${REQUEST} already exists`] });
  });
});

describe("a command line that is none", () => {
  it.each([
    ["an unknown command", ["sed", "hr"], "unknown command 'sed'", "(Did you mean seed?)"],
    ["an unknown option", ["seed", "hr", "--exprt"], "unknown option '--exprt'", "(Did you mean --export?)"],
    ["no database", ["seed"], "missing required argument 'database'", "seedbed --help"],
    ["two databases", ["seed", "hr", "oe"], "too many arguments", "seedbed --help"],
    ["an option without its value", ["seed", "hr", "--to"], "argument missing", "seedbed --help"],
  ])("ends with 2 and says what there is: %s", async (_what, args, ...says) => {
    await expectRefused(chain, args, { code: 2, says });
  });

  it("ends with 2 outside a repository", async () => {
    const ran = await chain.seedbed(["validate"], { folder: chain.folder });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/not a git repository/);
    expect(ran.stderr).toContain("Run the command inside a git checkout");
  });
});

/** All connection values of the world's source, as a request may hold them. */
function inlineSource({ world: { ssh } }: Chain): string {
  return [
    "host: 127.0.0.1",
    "port: 1521",
    "service_name: HRPDB",
    "directory: SEEDBED_DIR",
    `ssh: { host: 127.0.0.1, port: ${ssh.port}, user: dump, host_key: "${ssh.hostKey}" }`,
  ].join("\n  ");
}

describe("settings", () => {
  it("that are not there leave a named source without a meaning", async () => {
    await chain.git("rm", "--quiet", ".github/seedbed.yml");
    await chain.commit("No settings");
    await expectRefused(chain, ["seed", "hr"], {
      code: 1,
      says: ["there are no settings that define the named source", "create .github/seedbed.yml with the source"],
    });
  });

  it("that are not there end the seed of a source that is written out, and say what to write", async () => {
    await chain.git("rm", "--quiet", ".github/seedbed.yml");
    await chain.edit(REQUEST, "name: hr-prod", inlineSource(chain));
    await chain.commit("No settings");
    await expectRefused(chain, ["seed", "hr"], { code: 2, says: ["There is no .github/seedbed.yml", "settings.md"] });
  });

  it("with a mistake are shown like a request's", async () => {
    await chain.edit(".github/seedbed.yml", "service_name:", "service:");
    await chain.commit("A mistake in settings");
    await expectRefused(chain, ["seed", "hr"], {
      code: 1,
      says: [/error\[unknown-key\]: "service".*\n.*\.github\/seedbed\.yml:\d+:\d+/, 'did you mean "service_name"?'],
    });
  });
});

describe("the world, after all of this", () => {
  it("saw no connection, no login and no upload", async () => {
    const { ssh, logons, registry, exports } = await chain.world.counts();
    expect(ssh).toEqual({ connections: 0, refused: 0, bytes_read: 0 });
    expect(logons).toEqual({ ok: 0, refused: 0 });
    expect(exports).toEqual({ started: 0, completed: 0, stopped: 0 });
    expect(registry).toEqual(untouched);
  });
});
