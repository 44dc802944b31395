import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../../need.ts";
import { Chain } from "./chain.ts";
import { readWrites } from "./read-writes.ts";

let chain: Chain;
let sound: string;
beforeAll(async () => {
  chain = await Chain.open();
  sound = await chain.git("rev-parse", "HEAD");
});
afterEach(() => chain.restore(sound));
afterAll(() => chain.close());

/** Without the tests' own cache of compiled code, which is written to disk. */
const BARE = { NODE_COMPILE_CACHE: undefined, NODE_NO_WARNINGS: "1", UV_USE_IO_URING: "0" };

/** Bytes of everything that is not committed. */
async function bytesWritten(): Promise<number> {
  const status = await chain.git("status", "--porcelain", "--untracked-files=all");
  const sizes = status.split("\n").map(async (line) => (await stat(join(chain.repository, line.slice(3)))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

describe("under Node's permission model, with writes below the repository only", () => {
  const confined = () => [
    "--permission",
    "--allow-fs-read=*",
    `--allow-fs-write=${chain.repository}/*`,
    "--allow-child-process",
  ];

  it("a seed works, and writes lock and manifests", async () => {
    const read = chain.world.ssh.counters.bytes_read;
    const ran = await chain.seedbed(["seed", "hr"], { node: confined(), environment: BARE });
    expect(ran.code, ran.stderr).toBe(0);
    const { bytes } = (await chain.lock()).dump_set!;
    expect(bytes).toBeGreaterThan(6_000_000);
    expect(chain.world.ssh.counters.bytes_read - read).toBeGreaterThanOrEqual(bytes);
    expect(await bytesWritten()).toBeLessThan(50_000);
  });

  it("a dump in a folder outside does not work: the model bites", async () => {
    const folder = join(chain.folder, "outside");
    const ran = await chain.seedbed(["seed", "hr", "--to", folder], { node: confined(), environment: BARE });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`${folder} cannot be written: Access to this API has been restricted`);
    await expect(readdir(folder)).rejects.toThrow("ENOENT");
  });
});

describe.skipIf(!needs("strace"))("under strace, with every child process", () => {
  async function trace(args: string[]) {
    const file = join(chain.folder, `trace-${args.length}`);
    const calls =
      "open,openat,openat2,creat,write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,mmap,io_uring_setup";
    const ran = await chain.seedbed(args, {
      environment: BARE,
      under: ["strace", "-f", "-y", "-s", "0", "-e", `trace=${calls}`, "-o", file],
    });
    expect(ran.code, ran.stderr).toBe(0);
    return readWrites(await readFile(file, "utf8"));
  }

  it("a seed writes no byte of the dump to any file", async () => {
    const { files, sockets, other } = await trace(["seed", "hr"]);
    const lock = await chain.lock();
    expect(sockets, "the dump went over sockets").toBeGreaterThan(lock.dump_set!.bytes);
    expect(other, "ways to write that this test does not count").toEqual([]);
    const total = [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
    const manifests = [...files.keys()].filter((path) => !path.startsWith(join(chain.repository, ".git/")));
    for (const path of manifests)
      expect(path).toMatch(/\/databases\/environments\/hr\/(manifests\/[\w.-]+|seed\.lock\.yaml)\.seedbed-\d+$/);
    expect(manifests).toHaveLength(7);
    expect(total).toBeGreaterThanOrEqual(await bytesWritten());
    expect(total).toBeLessThan(50_000);
  });

  it("a dump into a folder is counted to its last byte: the trace sees what is written", async () => {
    const folder = join(chain.folder, "dump");
    const { files } = await trace(["seed", "hr", "--to", folder]);
    const dumps = (await readdir(folder)).filter((name) => name.endsWith(".dmp"));
    expect(dumps).toHaveLength(2);
    for (const name of dumps)
      expect(files.get(join(folder, `.${name}.part`))).toBe((await stat(join(folder, name))).size);
  });

  it("would find a trace with an unknown way to write", () => {
    expect(readWrites("12 io_uring_setup(64, {}) = 5</dev/io_uring>\n").other).toHaveLength(1);
    expect(readWrites('12 write(5</x/y>, ""..., 100) = 40\n').files).toEqual(new Map([["/x/y", 40]]));
  });

  it("is the strace of this machine", async () => {
    expect((await execa("strace", ["--version"])).stdout).toMatch(/^strace -- version \d/);
  });
});
