import { describe, expect, it } from "vitest";
import { parseRequest } from "../../src/request/parse-request.ts";
import { changeExample, exampleSettings, pointAt, problemsOf, readExample } from "./read-example.ts";

const SETTINGS = exampleSettings();

/** Problems of the hr example with one text replaced, the warning about its end left out. */
function problemsWith(from: string, to: string, settings = SETTINGS) {
  const files = changeExample("hr", from, to);
  const text = files.files["database_config.yaml"]!;
  const problems = problemsOf(parseRequest(files, settings)).filter((problem) => problem.code !== "no-expiry");
  return { text, problems, points: problems.map((problem) => pointAt(problem, text)) };
}

describe("parseRequest", () => {
  it.each(["hr", "orders"])("takes the example %s, whose only warning is that it has no end", (database) => {
    const parsed = parseRequest(readExample(database), SETTINGS);
    expect(parsed.ok).toBe(true);
    expect(problemsOf(parsed).map((problem) => problem.code)).toEqual(["no-expiry"]);
  });

  it("fills in every default", () => {
    const parsed = parseRequest(readExample("hr"), SETTINGS);
    if (!parsed.ok) throw new Error("not sound");
    expect(parsed.value.database).toMatchObject({
      import: { remap_schema: {}, remap_tablespace: {}, exclude: [], allow_codes: [] },
      safety: { remove_db_links: true, disable_jobs: true, clear_network_access: true, lock_accounts: true },
      tablespaces: [],
      jobs: { allow: [] },
      users: [{ roles: ["CONNECT"], grants: [] }],
      scripts: { pre_import: [], masking: ["scripts/mask.sql"], post_import: [] },
      backups: { restore_test: true },
      on_failure: "exit",
    });
    expect(parsed.value.database).not.toHaveProperty("expires");
  });

  it("shows all problems of a request at once, in reading order", () => {
    const files = readExample("hr");
    const text = files.files["database_config.yaml"]!.replace("owner: ada", "owner: '@ada'")
      .replace("name: hr-prod", "name: hr-prd")
      .replace("size: 20Gi", "size: 20GB")
      .replace("keep: 3", "keep: 0");
    const parsed = parseRequest({ ...files, files: { ...files.files, "database_config.yaml": text } }, SETTINGS);
    expect(parsed.ok).toBe(false);
    const codes = problemsOf(parsed).map((problem) => problem.code);
    expect(codes).toEqual(["bad-form", "unknown-source", "no-expiry", "bad-form", "out-of-range"]);
  });

  it.each([
    ["an optional key", "keep_dump: true", "keep_dump:", "write a value, for example true, or remove the key"],
    ["a required key", "size: 20Gi", "size:", 'write a value, for example "20Gi"'],
    [
      "an entry of a list",
      "roles: [CONNECT]",
      "roles: [null]",
      "write a value, for example CONNECT, or remove the entry",
    ],
    ["an empty list", "roles: [CONNECT]", "roles:", "write a value, for example [CONNECT], or remove the key"],
    ["a list that needs an entry", "schemas:", "schemas: []\n  x:", "write at least one, or remove the key"],
  ])("says of %s without a value whether it may go", (_name, from, to, fix) => {
    const problems = problemsOf(parseRequest(changeExample("hr", from, to), SETTINGS));
    expect(
      problems.filter(({ code }) => code === "empty-value" || code === "too-few").map((problem) => problem.fix),
    ).toEqual([fix]);
  });

  const rows: [string, string, string, string[]][] = [
    [
      "points at an unknown key",
      "  schemas:\n    - name: HR",
      "  shcemas:\n    - name: HR",
      ["all-schemas 8:1 source_database", "unknown-key 10:3 shcemas"],
    ],
    ["points at the parent of a missing key", "    size: 20Gi\n", "", ["missing-key 26:3 storage"]],
    ["says that an empty key is empty, once", "base: free-26ai", "base:", ["empty-value 25:3 base"]],
    ["wants text where a number stands", 'cpu: "2"', "cpu: 2", ["wrong-type 30:10 2"]],
    ["wants true or false where yes stands", "keep_dump: true", "keep_dump: yes", ["wrong-type 28:16 yes"]],
    ["wants a list where a text stands", "roles: [CONNECT]", "roles: CONNECT", ["wrong-type 37:14 CONNECT"]],
    ["offers the choices of a key", "compression: none", "compression: non", ["not-allowed 18:18 non"]],
    ["points at the bad field of a schedule", '"0 3 * * 1"', '"0 3 * 13 1"', ["bad-schedule 21:22 13"]],
    ["refuses nicknames of schedules", '"0 2 * * *"', '"@daily"', ["bad-schedule 42:16 @daily"]],
    ["refuses a day that its month never has", '"0 3 * * 1"', '"0 3 31 2 *"', ["bad-schedule 21:20 31"]],
    ["refuses a star in one day field beside the other", '"0 2 * * *"', '"0 2 */2 * 1"', ["bad-schedule 42:20 */2"]],
    ["refuses it in the weekday as well", '"0 3 * * 1"', '"0 3 1 * */2"', ["bad-schedule 21:24 */2"]],
    ["refuses a step after a single value", '"0 2 * * *"', '"5/15 2 * * *"', ["bad-schedule 42:16 5/15"]],
    ["takes Sunday as both of its numbers", '"0 3 * * 1"', '"0 3 * * 0,7"', []],
    ["takes a step of the days beside any weekday", '"0 2 * * *"', '"0 2 */2 * *"', []],
    ["takes days and weekdays that are both restricted", '"0 2 * * *"', '"0 2 1-31/2 * 1"', []],
    ["asks for quotes around a star", '"0 2 * * *"', "* 2 * * *", ["yaml-syntax 42:15 * 2 * * *"]],
    ["asks for quotes around a stepped star", '"0 3 * * 1"', "*/30 * * * *", ["yaml-syntax 21:15 */30 * * * *"]],
    ["refuses a range from large to small", '"0 2 * * *"', '"0 5-2 * * *"', ["bad-schedule 42:18 5-2"]],
    [
      "refuses a time zone that does not exist",
      "Europe/Berlin",
      "Europe/Berln",
      ["unknown-time-zone 22:16 Europe/Berln"],
    ],
    [
      "refuses a time zone in the wrong case",
      "Europe/Berlin",
      "europe/berlin",
      ["unknown-time-zone 22:16 europe/berlin"],
    ],
    [
      "refuses an offset as a time zone",
      "time_zone: Europe/Berlin",
      'time_zone: "+01:00"',
      ['unknown-time-zone 22:16 "+01:00"'],
    ],
    ["refuses a size that is too small", "size: 20Gi", "size: 9Gi", ["too-small 27:11 9Gi"]],
    ["refuses a second spelling of a size", "memory: 4Gi", "memory: 4096Mi", ["not-canonical 31:13 4096Mi"]],
    ["refuses whole cores in thousandths", 'cpu: "2"', "cpu: 2000m", ["not-canonical 30:10 2000m"]],
    ["warns of cores that Oracle Free does not use", 'cpu: "2"', 'cpu: "4"', ['unused-cores 30:10 "4"']],
    ["refuses a semicolon in a filter", "hired > DATE '2020-01-01'", "id in (1;2)", ["bad-where 14:27 ;"]],
    ["leaves a semicolon inside of a literal alone", "hired > DATE '2020-01-01'", "a = 'x;y' and b = q'[it's;]'", []],
    ["refuses a filter that begins with WHERE", "hired > DATE", "where hired > DATE", ["bad-where 14:19 where"]],
    ["refuses an open literal in a filter", "DATE '2020-01-01'", "DATE '2020-01-01", ["bad-where 14:32 '"]],
    ["refuses an open parenthesis in a filter", "hired > DATE '2020-01-01'", "(hired > 1", ["bad-where 14:19 ("]],
    [
      "refuses a parenthesis too many in a filter",
      "hired > DATE '2020-01-01'",
      "1 = 1) or (2 = 2",
      ["bad-where 14:24 )"],
    ],
    ["refuses a comment in a filter", "DATE '2020-01-01'", "1 -- since 2020", ["bad-where 14:29 -"]],
    [
      "counts columns past an emoji as editors do",
      "hired > DATE '2020-01-01'",
      "a = '🌱🌱' -- x",
      ["bad-where 14:30 -"],
    ],
    ["refuses a bind variable in a filter", "DATE '2020-01-01'", ":since", ["bad-where 14:27 :"]],
    [
      "refuses a schema of Oracle's",
      "    - name: OE",
      "    - name: SYS",
      ["reserved-name 15:13 SYS", "schema-not-allowed 15:13 SYS"],
    ],
    ["refuses a schema that is listed twice", "    - name: OE", "    - name: HR", ["duplicate-name 15:13 HR"]],
    [
      "refuses a schema that its source does not allow",
      "    - name: OE",
      "    - name: PAY",
      ["schema-not-allowed 15:13 PAY"],
    ],
    ["warns of a name in lower case", "name: EMPLOYEES", "name: employees", ["lower-case-name 13:17 employees"]],
    ["refuses SYSTEM as a user", "name: APP", "name: SYSTEM", ["reserved-name 35:13 SYSTEM"]],
    ["refuses a common user", "name: APP", 'name: "C##APP"', ['reserved-name 35:13 "C##APP"']],
    // Kubernetes refuses such a path in a volume: its own links begin with two dots.
    ["refuses a key of a Secret with two dots in front", "key: password", "key: ..data", ["bad-form 36:45 ..data"]],
    ["takes a key with one", "key: password", "key: .data", []],
    ["refuses a user in lower case", "name: APP", "name: app", ["bad-form 35:13 app"]],
    [
      "refuses a name of 129 characters",
      "name: APP",
      `name: ${"A".repeat(129)}`,
      [`bad-form 35:13 ${"A".repeat(129)}`],
    ],
    ["refuses SYSDBA as a role", "roles: [CONNECT]", "roles: [CONNECT, SYSDBA]", ["reserved-name 37:24 SYSDBA"]],
    [
      "refuses a whole GRANT statement",
      "roles: [CONNECT]",
      "grants: [GRANT CREATE TABLE TO APP]",
      ["bad-form 37:16 GRANT CREATE TABLE TO APP"],
    ],
    [
      "refuses memory parameters in Oracle Free",
      "open_cursors: 500",
      "sga_target: 3G",
      ["parameter-refused 33:5 sga_target"],
    ],
    [
      "refuses parameters of the whole instance",
      "open_cursors: 500",
      "processes: 500",
      ["parameter-refused 33:5 processes"],
    ],
    [
      "refuses the parameter that keeps jobs off",
      "open_cursors: 500",
      "job_queue_processes: 4",
      ["parameter-refused 33:5 job_queue_processes"],
    ],
    ["refuses a hidden parameter", "open_cursors: 500", "_optimizer_x: 1", ["bad-name 33:5 _optimizer_x"]],
    [
      "refuses a script outside of scripts/",
      "- scripts/mask.sql",
      "- ../crm/scripts/mask.sql",
      ["bad-path 40:9 ../crm/scripts/mask.sql", "unused-script 1:1 #"],
    ],
    [
      "refuses an absolute script",
      "- scripts/mask.sql",
      "- /etc/passwd",
      ["bad-path 40:9 /etc/passwd", "unused-script 1:1 #"],
    ],
    [
      "refuses a script that is not there",
      "- scripts/mask.sql",
      "- scripts/msak.sql",
      ["missing-script 40:9 scripts/msak.sql", "unused-script 1:1 #"],
    ],
    [
      "refuses a script that is listed twice in a list",
      "- scripts/mask.sql",
      "- scripts/mask.sql\n      - scripts/mask.sql",
      ["duplicate-name 41:9 scripts/mask.sql"],
    ],
    ["wants to know how many backups stay", "    keep: 3\n", "", ["missing-key 41:3 backups"]],
    ["warns when every namespace may connect", '["hr-*"]', '["*"]', ['open-to-all 45:18 "*"']],
    ["refuses an unknown base", "base: free-26ai", "base: free-26", ["unknown-base 25:9 free-26"]],
    ["refuses an unknown cluster", "cluster: rke-dev", "cluster: rke-prod", ["unknown-cluster 5:12 rke-prod"]],
    [
      "refuses a project that another cluster has",
      "cluster: rke-dev\n  project: dev-databases",
      "cluster: rke-test\n  project: shop",
      ["unknown-project 6:12 shop"],
    ],
    [
      "refuses a changed value of a named source",
      "name: hr-prod",
      "name: hr-prod\n  port: 1522",
      ["source-differs 10:9 1522"],
    ],
    ["takes a repeated value of a named source", "name: hr-prod", "name: hr-prod\n  service_name: HRPDB", []],
    [
      "refuses to allow errors that lose rows",
      "  parameters:",
      "  import: { allow_codes: [ORA-39082, ORA-31693] }\n  parameters:",
      ["code-refused 32:38 ORA-31693"],
    ],
    [
      "refuses to rename a schema that is not exported",
      "  parameters:",
      "  import: { remap_schema: { HRR: X } }\n  parameters:",
      ["unknown-schema 32:29 HRR"],
    ],
    [
      "refuses less memory than an instance of Enterprise Edition needs",
      'base: free-26ai\n  storage:\n    size: 20Gi\n    keep_dump: true\n  resources:\n    cpu: "2"\n    memory: 4Gi',
      'base: ee-19c\n  storage:\n    size: 20Gi\n    keep_dump: true\n  resources:\n    cpu: "2"\n    memory: 3Gi',
      ["too-small 31:13 3Gi"],
    ],
    [
      "warns when a safety measure is turned off",
      "  parameters:",
      "  safety: { disable_jobs: false }\n  parameters:",
      ["safety-off 32:27 false"],
    ],
    [
      "refuses Oracle's own tablespaces",
      "  parameters:",
      "  tablespaces: [{ name: SYSAUX, size: 1Gi }]\n  parameters:",
      ["reserved-name 32:25 SYSAUX"],
    ],
    [
      "refuses a tablespace that may not hold what it begins with",
      "  parameters:",
      "  tablespaces: [{ name: A, size: 2Gi, max_size: 1Gi }]\n  parameters:",
      ["too-small 32:49 1Gi"],
    ],
    ["warns of compression that needs a licence", "compression: none", "compression: all", ["needs-licence 18:18 all"]],
    [
      "refuses a day that the calendar does not have",
      "  access:",
      "  expires: 2027-02-30\n  access:",
      ["bad-date 44:12 2027-02-30"],
    ],
    [
      "refuses a file that repeats a key",
      "  base: free-26ai",
      "  base: free-26ai\n  base: ee-19c",
      ["duplicate-key 26:3 base"],
    ],
    [
      "never lets a map's inherited names pass for entries",
      "name: hr-prod",
      "name: constructor",
      ["unknown-source 9:9 constructor"],
    ],
  ];

  it.each(rows)("%s", (...row) => {
    const [, from, to, expected] = row;
    expect(problemsWith(from, to).points).toEqual(expected);
  });

  it("says both values where a request changes what its source's DBAs wrote", () => {
    const [problem] = problemsWith("name: hr-prod", "name: hr-prod\n  service_name: CRM").problems;
    expect(problem?.what).toBe('service_name is "CRM" here and "HRPDB" in the settings of hr-prod');
    expect(problem?.fix).toBe('write "HRPDB", or remove the line');
  });

  it.each([
    ["owner: ada", 'owner: "@ada"', "write ada"],
    ["size: 20Gi", "size: 20 GB", "write 20Gi"],
    ["name: APP", "name: app", "write APP"],
    ['cpu: "2"', "cpu: 2", 'write it in quotes: "2"'],
    ["keep_dump: true", "keep_dump: yes", "write true"],
    ["roles: [CONNECT]", "roles: CONNECT", "write a list: [CONNECT]"],
    ["keep: 3", 'keep: "3"', "write 3 without quotes"],
    ["roles: [CONNECT]", 'roles: "CONNECT,\\nRESOURCE"', "for example [CONNECT]"],
    ["name: hr-prod", "name: hr", 'did you mean "hr-prod"?'],
    ["Europe/Berlin", "Europe/Berln", 'did you mean "Europe/Berlin"?'],
    ["piece_size: 1Gi", "peice_size: 1Gi", 'did you mean "piece_size"?'],
    [
      "  base: free-26ai",
      "  base: free-26ai\n  keep_dump: true",
      'remove it here; did you mean "database.storage.keep_dump"?',
    ],
  ])("for %s instead of %s has the fix %s", (from, to, fix) => {
    expect(problemsWith(from, to).problems.map((problem) => problem.fix)).toContain(fix);
  });

  it("names every branch of the policy for a request without schemas", () => {
    const files = changeExample("orders", "  schemas:\n    - name: ORDERS\n", "");
    const without = {
      ...files,
      files: {
        ...files.files,
        "database_config.yaml": files.files["database_config.yaml"]!.replace("ORDERS: ORDERS_DEV", "A: B"),
      },
    };
    const find = (settings: typeof SETTINGS) =>
      problemsOf(parseRequest(without, settings)).find((problem) => problem.code === "all-schemas");
    expect(find(SETTINGS)).toMatchObject({ severity: "error", line: 8, column: 1 });
    const allowed = exampleSettings((settings) => void (settings.policy.all_schemas = true));
    expect(find(allowed)).toMatchObject({ severity: "warning", why: expect.stringContaining("not recommended") });
    expect(parseRequest(without, allowed).ok).toBe(true);
  });

  it("asks for a named source, unless the policy allows one that is written out", () => {
    expect(problemsWith("  name: hr-prod\n", "").points).toEqual(["source-not-named 8:1 source_database"]);
    const inline = exampleSettings((settings) => void (settings.policy.inline_sources = true));
    const [incomplete] = problemsWith("  name: hr-prod\n", "", inline).problems;
    expect(incomplete).toMatchObject({
      code: "source-incomplete",
      what: "source_database has no ssh, no host, no port, no service_name, no directory",
    });
    expect(problemsWith("  name: hr-prod\n", INLINE, inline).problems).toEqual([]);
  });

  it("takes a source that is written out where there are no settings", () => {
    const parsed = parseRequest(changeExample("hr", "  name: hr-prod\n", INLINE));
    expect(parsed).toMatchObject({ ok: true, value: { source_database: { ssh: { port: 22 } } } });
    const named = parseRequest(readExample("hr"));
    expect(problemsOf(named).map((problem) => problem.code)).toContain("source-incomplete");
  });

  it("compares the end of a database with the day only when it is told the day", () => {
    const files = changeExample("hr", "  access:", "  expires: 2027-02-28\n  access:");
    const on = (today?: string) =>
      problemsOf(parseRequest(files, SETTINGS, today)).map((problem) => `${problem.severity} ${problem.code}`);
    expect(on()).toEqual([]);
    expect(on("2026-11-22")).toEqual([]);
    expect(on("2026-09-01")).toEqual([]);
    expect(on("2026-08-31")).toEqual(["error expires-too-late"]);
    expect(on("2027-02-28")).toEqual([]);
    expect(on("2026-08-01")).toEqual(["error expires-too-late"]);
    expect(on("2027-03-01")).toEqual(["warning expired"]);
  });

  it("never repeats a password that somebody wrote into a request", () => {
    const canary = "canary-4711-Secret";
    for (const line of [`password: ${canary}`, `password_secret: ${canary}`]) {
      const files = changeExample("hr", "password_secret: { name: hr-app, key: password }", line);
      const problems = problemsOf(parseRequest(files, SETTINGS));
      expect(problems.map((problem) => problem.code)).toContain("secret-in-file");
      expect(JSON.stringify(problems)).not.toContain(canary);
    }
  });

  it("tells of a configuration that is missing or has another name", () => {
    const files = { database: "hr", files: { "database_config.yml": "owner: ada\n" } };
    const problems = problemsOf(parseRequest(files, SETTINGS));
    expect(problems.map((problem) => problem.code)).toEqual(["missing-config", "unknown-file"]);
    expect(problems[0]?.fix).toBe("rename database_config.yml to database_config.yaml");
  });

  it("reads a file with CRLF and a byte order mark like any other", () => {
    const files = readExample("hr");
    const text = `\ufeff${files.files["database_config.yaml"]!.replaceAll("\n", "\r\n")}`;
    const windows = { ...files, files: { ...files.files, "database_config.yaml": text } };
    expect(parseRequest(windows, SETTINGS)).toEqual(parseRequest(files, SETTINGS));
    const broken = { ...files, files: { ...files.files, "database_config.yaml": text.replace("keep: 3", "keep: 0") } };
    expect(problemsOf(parseRequest(broken, SETTINGS)).at(-1)).toMatchObject({ line: 43, column: 11, length: 1 });
  });
});

const INLINE = `  ssh: { host: db1.example, user: dump, host_key: ${exampleSettings().sources["hr-prod"]!.ssh.host_key} }
  host: 127.0.0.1
  port: 1521
  service_name: HRPDB
  directory: SEEDBED_DIR
`;
