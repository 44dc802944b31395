import { readFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SchemaScope } from "../../src/request/request.ts";
import type { DumpObject } from "../world/dump/format.ts";
import { leaks, readJournal, readRefused, RunningContainer } from "./running-container.ts";
import { dumpSetOf, EMPLOYEES, sampleApply, sampleSeed } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret, recreateContainer } from "./seeded-root.ts";

let root: string;
let container: RunningContainer | null = null;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-keys-"));
});

afterEach(async () => {
  await container?.kill();
  container = null;
  await rm(root, { recursive: true, force: true });
});

function key(child: string, name: string, column: string, parent: [string, string]): DumpObject {
  const [owner = "", table = ""] = child.split(".");
  const [r_owner = "", r_table = ""] = parent[0].split(".");
  const detail = { table, column, r_owner, r_table, r_column: parent[1] };
  return { owner, type: "REF_CONSTRAINT", name, status: "VALID", detail };
}

const STAFF = { ...EMPLOYEES, columns: [...EMPLOYEES.columns, "BOSS"], rows: EMPLOYEES.rows.map((row) => [...row, 7]) };
const ORDERS = { owner: "OE", name: "ORDERS", columns: ["ID", "SELLER", "CITY"], rows: [[1, 2, "X"]] };

/** OE is whole and refers to a table of HR, which comes with the second job. */
function orders(...more: DumpObject[]) {
  const objects = [key("OE.ORDERS", "SELLER_FK", "SELLER", ["HR.EMPLOYEES", "ID"]), ...more];
  return dumpSetOf([
    { mode: "SCHEMA", tables: [ORDERS], objects },
    { mode: "TABLE", tables: [STAFF], objects: [key("HR.EMPLOYEES", "BOSS_FK", "BOSS", ["HR.EMPLOYEES", "ID"])] },
  ]);
}

const WHOLE: SchemaScope[] = [{ name: "OE" }, { name: "HR", tables: [{ name: "EMPLOYEES" }] }];
const IN_PART: SchemaScope[] = [{ name: "OE" }, { name: "HR", tables: [{ name: "EMPLOYEES", where: "ID > 7" }] }];

async function start(dumpSet: ReturnType<typeof orders>, scope = WHOLE, remap: Record<string, string> = {}) {
  const masking = [{ path: "scripts/mask.sql", text: `UPDATE ${remap["HR"] ?? "HR"}.EMPLOYEES SET EMAIL = 'x';\n` }];
  const seed = { ...sampleSeed({ remap_schema: remap, scripts: { pre_import: [], masking } }), scope };
  const options = { dumpSet, seed };
  const path = await buildSeededRoot(root, options);
  await putConfigMap(root, "apply", sampleApply());
  await putSecret(root, "hr-app/password", "Keys_secret1");
  container = new RunningContainer(root, path);
  return { options, path, running: container };
}

const absent = (output: string): string[] =>
  [...output.matchAll(/text="foreign key (.*?) is not here: (.*?)"/g)].map(([, name, why]) => `${name}: ${why}`);

/** The foreign keys that the database has, as its control file says. */
async function keysOf(): Promise<string[]> {
  const file = await readFile(join(root, "opt/oracle/oradata/FREE/control01.ctl"), "utf8");
  return [
    ...file.matchAll(
      /"type":\s*"REF_CONSTRAINT",\s*"name":\s*"(\w+)"|"name":\s*"(\w+)",\s*"type":\s*"REF_CONSTRAINT"/g,
    ),
  ]
    .map(([, one, other]) => (one ?? other)!)
    .toSorted();
}

test("a key whose parent comes with a later job is there at the end, over a kill too", async () => {
  const { options, running } = await start(orders());
  await running.sees(/SEEDBED_KEYS_1|foreign keys of SEEDBED_0A1B2C3D_T1/);
  await running.kill();
  container = new RunningContainer(root, await recreateContainer(root, options), 2);
  await container.sees(/phase=open event=done/);
  expect(await keysOf()).toEqual(["BOSS_FK", "SELLER_FK"]);
  expect(absent(container.output)).toEqual([]);
  expect(leaks(root)).toEqual([]);
  expect(readRefused(root)).toEqual([]);
  const last = readJournal(root).at(-1)!;
  expect(last.rows).toEqual({ "HR.EMPLOYEES": 40, "OE.ORDERS": 1 });
});

test("a key that the scope makes impossible is left out by name, and told", async () => {
  const gone = key("OE.ORDERS", "CITY_FK", "CITY", ["OE.CITIES", "ID"]);
  const rows = STAFF.rows.slice(20);
  const set = dumpSetOf([
    {
      mode: "SCHEMA",
      tables: [ORDERS],
      objects: [key("OE.ORDERS", "SELLER_FK", "SELLER", ["HR.EMPLOYEES", "ID"]), gone],
    },
    {
      mode: "TABLE",
      tables: [{ ...STAFF, rows }],
      objects: [key("HR.EMPLOYEES", "BOSS_FK", "BOSS", ["HR.EMPLOYEES", "ID"])],
    },
  ]);
  const { running } = await start(set, IN_PART, { HR: "HR_DEV" });
  await running.sees(/phase=open event=done/);
  expect(absent(running.output)).toEqual([
    "OE.SELLER_FK: the copy has only some rows of HR_DEV.EMPLOYEES (ORA-02298)",
    "OE.CITY_FK: the copy does not have OE.CITIES (ORA-00942)",
    "HR_DEV.BOSS_FK: the copy has only some rows of HR_DEV.EMPLOYEES (ORA-02298)",
  ]);
  expect(await keysOf()).toEqual([]);
});

test("any other key that fails fails the import", async () => {
  // The parent is whole: its rows should be there.
  const { running } = await start(orders(key("OE.ORDERS", "CITY_FK", "CITY", ["HR.EMPLOYEES", "ID"])));
  expect(await running.ends()).toBe(1);
  expect(running.output).toMatch(/phase=imported event=fail code=import-errors text=".*OE.*CITY_FK.*ORA-02298/);
  expect(running.output).not.toMatch(/phase=open/);
});
