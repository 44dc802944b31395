import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

const TOP = join(import.meta.dirname, "../..");
const DOCKERFILE = readFileSync(join(TOP, "bot/Dockerfile"), "utf8");

test("every file that the image copies is there, and is let into the build", () => {
  const copied = [...DOCKERFILE.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names]) => names!.split(" "));
  expect(copied).toEqual(["package.json", "package-lock.json", ".npmrc", "src", "bot"]);
  const ignored = readFileSync(join(TOP, "bot/Dockerfile.dockerignore"), "utf8").trim().split("\n");
  expect(ignored).toEqual(["*", ...copied.map((name) => `!${name}`)]);
  for (const name of copied) expect({ name, there: existsSync(join(TOP, name)) }).toEqual({ name, there: true });
});

test("what the image starts and what it is asked for its health with are files of the bot", () => {
  const started = [...DOCKERFILE.matchAll(/CMD \["node", "([^"]+)"\]/g)].map(([, path]) => path!);
  expect(started).toEqual(["bot/healthcheck.ts", "bot/server.ts"]);
  for (const path of started) expect(existsSync(join(TOP, path))).toBe(true);
  for (const label of ["title", "description", "licenses", "revision"])
    expect(DOCKERFILE).toContain(`org.opencontainers.image.${label}=`);
});

test.each([
  ["answers", 200, {}, 0],
  ["answers at an address of its own", 200, { HOST: "127.0.0.1" }, 0],
  ["answers at all addresses", 200, { HOST: "0.0.0.0" }, 0],
  ["is not well", 503, {}, 1],
])("a bot that %s is told so", async (_name, status, env, expected) => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? "");
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  try {
    expect(await check({ ...env, PORT: String(port) })).toMatchObject({ exitCode: expected });
    expect(paths).toEqual(["/healthz"]);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  const gone = await check({ ...env, PORT: String(port) });
  expect(gone.exitCode).toBe(1);
  expect(gone.stderr).toContain("ECONNREFUSED");
});

function check(env: Record<string, string>) {
  const path = join(TOP, "bot/healthcheck.ts");
  return execa(process.execPath, [path], { env, extendEnv: false, reject: false });
}
