import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectRegistry } from "../../../src/adapters/oci/registry.ts";
import type { Registry } from "../../../src/ports/registry.ts";
import { digestOfBytes } from "../../../src/crypto/digest.ts";
import { CANARY, LOGIN } from "../../image/fixture.ts";
import { needs } from "../../need.ts";
import { type DockerRegistry, startDockerRegistry } from "./docker-registry.ts";
import { type TokenServer, startTokenServer } from "./token-server.ts";

const present = ["docker-registry", "htpasswd", "openssl"].map(needs).every(Boolean);

describe.skipIf(!present)("docker-registry behind a token service", () => {
  let tokens: TokenServer;
  let real: DockerRegistry;
  let registry: Registry;
  const signal = new AbortController().signal;

  beforeAll(async () => {
    const allows = (repository: string) => (repository.startsWith("dev/") ? ["pull", "push"] : []);
    tokens = await startTokenServer({ login: LOGIN, seconds: 2, allows });
    real = await startDockerRegistry({ login: LOGIN, auth: tokens.auth });
    const retry = { attempts: 2, firstDelayMilliseconds: 10 };
    registry = connectRegistry({ host: real.host, credentials: LOGIN, inputs: "registry", insecureHttp: true, retry });
  });
  afterAll(async () => {
    await registry?.close();
    await real?.close();
    await tokens?.close();
  });

  it("takes an upload that lasts longer than its token lives, in one go", async () => {
    const chunk = randomBytes(100_000);
    let opened = 0;
    const open = async function* () {
      opened += 1;
      for (let step = 0; step < 8; step += 1) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        yield chunk;
      }
    };
    const blob = await registry.upload("dev/hr", open, signal);
    expect(opened).toBe(1);
    // The real registry forgives 60 s of age, so its own answer would not show an old token: the token service does.
    expect(tokens.given.length, "one each for POST, PATCH, PUT and HEAD").toBe(4);
    const chunks: Buffer[] = [];
    for await (const bytes of registry.blob("dev/hr", blob, signal)) chunks.push(bytes);
    expect(Buffer.concat(chunks).length).toBe(800_000);
  });

  it("mounts with one token for both repositories", async () => {
    const blob = await registry.upload(
      "dev/hr",
      async function* () {
        yield randomBytes(10);
      },
      signal,
    );
    expect(await registry.mount("dev/other", { ...blob, from: "dev/hr" }, signal)).toBe(true);
    expect(tokens.given.at(-1)).toBe("repository:dev/other:pull,push repository:dev/hr:pull");
  });

  it("passes a check and goes without a mount although it wants the action delete for a cancel", async () => {
    const before = tokens.given.length;
    await registry.check("dev/fresh", "push", signal);
    const digest = digestOfBytes("not there");
    expect(await registry.mount("dev/fresh", { digest, size: 9, from: "dev/hr" }, signal)).toBe(false);
    // One each for POST and DELETE, because these tokens only live for one request.
    expect(tokens.given.slice(before)).toEqual([
      "repository:dev/fresh:pull,push",
      "repository:dev/fresh:pull,push",
      "repository:dev/fresh:pull,push repository:dev/hr:pull",
      "repository:dev/fresh:pull,push",
    ]);
    // The registry's own word, so that nobody believes the cancel to be allowed one day.
    const uploads = await readdir(join(real.folder, "data/docker/registry/v2/repositories/dev/fresh/_uploads"));
    expect(uploads).toHaveLength(2);
  });

  it("denies a repository, which is explained as missing rights of a good login", async () => {
    const denied = registry.check("prod/hr", "push", signal);
    await expect(denied).rejects.toMatchObject({
      code: "registry-access-denied",
      fix: expect.stringContaining("may not push here: give it push rights on prod/hr"),
    });
  });

  it("gives no token for a wrong password, which is explained as such", async () => {
    const credentials = { ...LOGIN, password: `wrong-${CANARY}` };
    const wrong = connectRegistry({ host: real.host, credentials, inputs: "base", insecureHttp: true });
    await expect(wrong.check("dev/hr", "push", signal)).rejects.toMatchObject({
      code: "registry-login-refused",
      fix: expect.stringContaining("base_username and base_password"),
      message: expect.not.stringContaining(CANARY),
    });
    await wrong.close();
  });
});
