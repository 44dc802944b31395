import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

export interface DockerRegistry {
  host: string;
  folder: string;
  close(): Promise<void>;
}

export interface DockerRegistrySetup {
  login: { username: string; password: string };
  /** Lines of the `auth:` section; htpasswd for the login by default. */
  auth?: string[];
}

/** Debian's docker-registry (distribution 2.8) on a loopback port, with storage of its own. */
export async function startDockerRegistry({ login, auth }: DockerRegistrySetup): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "docker-registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  const { stdout } = await execa("htpasswd", ["-Bin", login.username], { input: login.password });
  await writeFile(join(folder, "htpasswd"), stdout);
  const section = auth ?? [`  htpasswd: {realm: contract, path: ${folder}/htpasswd}`];
  const lines = [
    "version: 0.1",
    "log: {level: error, accesslog: {disabled: true}}",
    `storage: {filesystem: {rootdirectory: ${folder}/data}}`,
    `http: {addr: "${host}", secret: contract}`,
    "auth:",
    ...section,
  ];
  await writeFile(join(folder, "config.yml"), `${lines.join("\n")}\n`);
  // Without REGISTRY_*: the registry takes every such variable as configuration, also those of skopeo.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("REGISTRY_")));
  const child = spawn("docker-registry", ["serve", join(folder, "config.yml")], { env, stdio: "ignore" });
  const closed = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await untilUp(host);
  return {
    host,
    folder,
    close: async () => {
      child.kill();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A loopback port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilUp(host: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const status = await fetch(`http://${host}/v2/`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 401 || status === 200) return;
    await sleep(50);
  }
  throw new Error(`docker-registry did not come up on ${host}`);
}
