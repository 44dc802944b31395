import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { applyEdits, editSsh2File, ssh2Plugin } from "../../src/adapters/ssh/ssh2-edits.ts";

const require = createRequire(import.meta.url);
const loader = require.resolve("../../src/adapters/ssh/load.ts");
const program = `import { loadSsh2 } from ${JSON.stringify(loader)};
const { Client } = await loadSsh2();
console.log(typeof Client);`;

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-ssh2-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Bundles the loader as the product's bundles are made, and runs it where no package is installed. */
async function runBundle(plugins: Plugin[]) {
  const folder = await temporaryFolder();
  const outfile = join(folder, "bundle.mjs");
  await build({
    stdin: { contents: program, resolveDir: folder },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    plugins,
    external: ["*.node", "cpu-features"],
    logLevel: "silent",
    banner: {
      js: `import{createRequire as r}from"node:module";import{dirname as d}from"node:path";import{fileURLToPath as f}from"node:url";const require=r(import.meta.url),__dirname=d(f(import.meta.url));`,
    },
  });
  return execa(process.execPath, [outfile], { cwd: folder, reject: false });
}

describe("the edits of ssh2", () => {
  test("every text of the table stands exactly once in the installed version", () => {
    const crypto = editSsh2File(require.resolve("ssh2/lib/protocol/crypto.js"));
    const kex = editSsh2File(require.resolve("ssh2/lib/protocol/kex.js"));
    expect(crypto?.match(/= createSecretKey\(/g)).toHaveLength(8);
    expect(kex).not.toContain("this._kexinit = this._protocol._kexinit = undefined");
    expect(editSsh2File(require.resolve("ssh2/lib/protocol/Protocol.js"))).toBeNull();
  });

  test("a version in which a text is missing or stands twice is refused", () => {
    expect(applyEdits("one two", [["two", "three"]])).toBe("one three");
    expect(() => applyEdits("one", [["two", "three"]])).toThrow("found 0 times: two");
    expect(() => applyEdits("two two", [["two", "three"]])).toThrow("found 2 times: two");
  });

  test("a bundle that was built with them carries them and needs no installed package", async () => {
    const { stdout, stderr, exitCode } = await runBundle([ssh2Plugin]);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: "function", stderr: "", exitCode: 0 });
  });

  test("a bundle that was built without them refuses to work", async () => {
    const { stderr, exitCode } = await runBundle([]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("ssh-library-unedited");
  });

  test("a build in which they meet no file of ssh2 fails", async () => {
    const building = build({
      stdin: { contents: "export {}" },
      write: false,
      plugins: [ssh2Plugin],
      logLevel: "silent",
    });
    await expect(building).rejects.toThrow("applied to 0 of 2 files");
  });

  test("from source they take effect, and not when somebody loaded ssh2 before", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "good.ts"), program);
    await writeFile(join(folder, "bad.ts"), `import ${JSON.stringify(require.resolve("ssh2"))};\n${program}`);
    const good = await execa(process.execPath, [join(folder, "good.ts")], { reject: false });
    expect(good).toMatchObject({ stdout: "function", exitCode: 0 });
    const bad = await execa(process.execPath, [join(folder, "bad.ts")], { reject: false });
    expect(bad.exitCode).toBe(1);
    expect(bad.stderr).toContain("ssh-library-unedited");
  });
});
