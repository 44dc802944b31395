import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { renderApplyConfig, type ApplyConfigInput } from "../../src/container/apply-config.ts";
import { renderDefaultConfig } from "../../src/container/default-config.ts";
import { importKey } from "../../src/container/import-key.ts";
import { runtimeFiles } from "../../src/container/runtime-files.ts";
import { renderSeedConfig, type SeedConfigInput } from "../../src/container/seed-config.ts";
import type { Digest } from "../../src/crypto/digest.ts";
import type { RenderedFile } from "../../src/manifests/rendered-file.ts";
import { readRuntime } from "./read-runtime.ts";
import { sampleSeed } from "./samples.ts";

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;

const SEED: SeedConfigInput = {
  database: "orders",
  importKey: digest("a"),
  dumpSet: digest("b"),
  seed: {
    ...sampleSeed({
      remap_schema: { ORDERS: "ORDERS_DEV" },
      remap_tablespace: { SHOP_DATA: "DEV_DATA", "Shop Index": "DEV_DATA" },
      exclude: ["STATISTICS"],
      allow_codes: ["ORA-39082", "ORA-02298"],
      tablespaces: [{ name: "DEV_DATA", size: "10Gi", max_size: "80Gi" }],
      jobs_kept: ["ORDERS_DEV.CLOSE_DAY"],
      scripts: {
        pre_import: [{ path: "scripts/prepare.sql", text: "CREATE ROLE SHOP;\r\n" }],
        masking: [
          { path: "scripts/mask-customers.sql", text: "UPDATE ORDERS_DEV.CUSTOMERS SET NAME = 'x'" },
          { path: "scripts/mask-payments.sql", text: "DELETE FROM ORDERS_DEV.PAYMENTS;\n\n" },
        ],
      },
    }),
    scope: [{ name: "ORDERS" }, { name: "AUDIT_LOG" }],
    target: { profile: "ee-19c", charset: "AL32UTF8" },
  },
};

const APPLY: ApplyConfigInput = {
  applyInputs: digest("c"),
  target: {
    storage: { size: "200Gi", keep_dump: false },
    parameters: { open_cursors: 1000, optimizer_mode: "ALL_ROWS", recyclebin: false },
    users: [
      { name: "ORDERS_DEV", password_secret: { name: "orders-owner", key: "password" }, roles: [], grants: [] },
      {
        name: "SHOP_APP",
        password_secret: { name: "orders-app", key: "password" },
        roles: ["CONNECT"],
        grants: ["CREATE SYNONYM", "INSERT, UPDATE ON ORDERS_DEV.CARTS"],
      },
    ],
    backups: { schedule: "30 1,13 * * 1-5", keep: 3, restore_test: true },
    on_failure: "hold",
  },
  postImport: [{ path: "scripts/synonyms.sql", text: "CREATE SYNONYM SHOP_APP.ORDERS FOR ORDERS_DEV.ORDERS;\n" }],
};

const whole = (files: RenderedFile[]): string => files.map(({ path, text }) => `=== ${path}\n${text}`).join("");

test("renders the seed configuration of a sample to these bytes", async () => {
  await expect(whole(renderSeedConfig(SEED))).toMatchFileSnapshot("golden/seed.txt");
});

test("renders the apply configuration of a sample to these bytes", async () => {
  await expect(whole(renderApplyConfig(APPLY))).toMatchFileSnapshot("golden/apply.txt");
});

test("renders a default that runs alone: the same seed, no users, no backups, no parameters", () => {
  const files = renderDefaultConfig(SEED);
  const seed = files.filter(({ path }) => path.startsWith("seed/"));
  expect(seed.map(({ path, text }) => ({ path: path.slice(5), text }))).toEqual(renderSeedConfig(SEED));
  const apply = files.filter(({ path }) => path.startsWith("apply/")).map(({ path }) => path);
  expect(apply.toSorted()).toEqual(["apply/SHA256SUMS", "apply/apply.env", "apply/schedule"]);
  expect(files.find(({ path }) => path === "apply/schedule")!.text).toBe("");
});

test("names the tables of which only some rows come", () => {
  const tables = [{ name: "CARTS", where: "ID > 5" }, { name: "ITEMS" }];
  const files = renderSeedConfig({ ...SEED, seed: { ...SEED.seed, scope: [{ name: "ORDERS", tables }] } });
  expect(files.find(({ path }) => path === "restricted.tsv")?.text).toBe("ORDERS\tCARTS\n");
  expect(renderSeedConfig(SEED).map(({ path }) => path)).not.toContain("restricted.tsv");
});

test("writes sums that sha256sum accepts for every file", () => {
  const folder = mkdtempSync(join(tmpdir(), "seedbed-sums-"));
  for (const files of [renderSeedConfig(SEED), renderApplyConfig(APPLY)]) {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const output = execFileSync("sha256sum", ["-c", "--strict", "SHA256SUMS"], { cwd: folder, encoding: "utf8" });
    expect(output.trim().split("\n")).toHaveLength(files.length - 1);
  }
  rmSync(folder, { recursive: true });
});

test("never holds a password and never a place to put one", () => {
  const text = whole(renderApplyConfig(APPLY));
  expect(text).not.toMatch(/IDENTIFIED BY/i);
});

test("does not render values that a line or a parameter file would read otherwise", () => {
  const withImport = (change: Parameters<typeof sampleSeed>[0]): SeedConfigInput => ({
    ...SEED,
    seed: sampleSeed(change),
  });
  expect(() => renderSeedConfig(withImport({ exclude: ["TABLE:\"IN ('A')\""] }))).toThrow(/object path/);
  expect(() => renderSeedConfig(withImport({ allow_codes: ["ORA-1 OR 1"] }))).toThrow(/error code/);
  expect(() => renderSeedConfig(withImport({ remap_schema: { 'A"B': "C" } }))).toThrow(/is not valid as a name/);
  expect(() => renderSeedConfig(withImport({ tablespaces: [{ name: "../X", size: "1Gi" }] }))).toThrow(/tablespace/);
  expect(() => renderSeedConfig(withImport({ tablespaces: [{ name: "X", size: "1G" }] }))).toThrow(/a size/);
  expect(() => renderSeedConfig(withImport({ jobs_kept: ["A.B\nC.D"] }))).toThrow(/line break/);
  const user = { name: "A", password_secret: { name: "s", key: "../../x" }, roles: [], grants: [] };
  expect(() => renderApplyConfig({ ...APPLY, target: { ...APPLY.target, users: [user] } })).toThrow(
    /name or key of a Secret/,
  );
  const parameters = { "open_cursors = 1 --": 1 };
  expect(() => renderApplyConfig({ ...APPLY, target: { ...APPLY.target, parameters } })).toThrow(
    /is not a valid parameter name/,
  );
});

test("changes the import key with every part of it, and with nothing else", () => {
  const base = { dumpSet: digest("a"), importInputs: digest("b"), reset: 0 };
  const keys = [
    base,
    { ...base, dumpSet: digest("c") },
    { ...base, importInputs: digest("c") },
    { ...base, reset: 1 },
  ].map(importKey);
  expect(new Set(keys).size).toBe(4);
  expect(importKey({ ...base })).toBe(keys[0]);
});

test("takes the runtime's files with their modes", async () => {
  const files = await readRuntime();
  expect(files.map(({ path }) => path)).toEqual(files.map(({ path }) => path).toSorted());
  expect(files.every(({ path }) => /^(entrypoint\.sh|(lib|sql|profiles)\/.+)$/.test(path))).toBe(true);
  expect(files.find(({ path }) => path === "entrypoint.sh")?.mode).toBe(0o755);
  expect(files.find(({ path }) => path === "lib/log.sh")?.mode).toBe(0o644);
  expect(() => runtimeFiles({ "lib/log.sh": "" })).toThrow(/lacks entrypoint/);
});
