import { expect, it } from "vitest";
import { connectSeedPorts } from "../../src/adapters/seed-connections.ts";
import { nameVariables } from "../../src/credentials/secret-names.ts";
import { seedDatabase } from "../../src/use-cases/seed.ts";
import type { SeedTask, SeedPorts } from "../../src/use-cases/seed-task.ts";
import { StageLog } from "../../src/use-cases/stage-log.ts";
import type { Registry } from "../../src/ports/registry.ts";
import { digestOf } from "../lock/example-lock.ts";

const login = { username: "u", password: "p" };
const credentials = { sshPassphrase: undefined, sourceUser: "E", sourcePassword: "p", registry: login, base: login };

const log = {
  group: async <T>(_title: string, work: () => Promise<T>) => work(),
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};

it("a key that cannot be read is told before a registry is asked", async () => {
  const asked: string[] = [];
  const registry = async (host: string) =>
    ({
      host,
      check: async () => void asked.push(host),
      manifest: async () => void asked.push(host),
      close: async () => undefined,
    }) as unknown as Registry;
  const clock = { now: () => 0, sleep: async () => undefined };
  const ports: SeedPorts = {
    ...connectSeedPorts(
      { ...credentials, sshPrivateKey: "no key\n" },
      { environment: {}, nameSecrets: nameVariables, signal: new AbortController().signal },
    ),
    connectRegistry: registry,
    account: "E",
    log,
    clock,
    signal: new AbortController().signal,
    beforePublish: async () => undefined,
  };
  const order = {
    database: "hr",
    seedsRepository: "registry.example/dev",
    base: { image: `registry.example/base/free@${digestOf("6")}`, platform: "linux/amd64", profile: "free-26ai" },
  } as SeedTask;
  const seeded = seedDatabase(order, ports, new StageLog(log, clock));
  await expect(seeded).rejects.toMatchObject({ code: expect.stringMatching(/^ssh-key-/) });
  expect(asked).toEqual([]);
});
