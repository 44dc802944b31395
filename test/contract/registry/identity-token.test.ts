import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { connectRegistry, type RegistryOptions } from "../../../src/adapters/oci/registry.ts";
import { LOGIN } from "../../image/fixture.ts";
import { needs } from "../../need.ts";
import { startDockerRegistry } from "./docker-registry.ts";
import { startTokenServer, type TokenServer } from "./token-server.ts";

const present = ["docker-registry", "htpasswd", "openssl"].map(needs).every(Boolean);
const TOKEN = "canary-refresh/token+with=signs";
const { signal } = new AbortController();

describe.skipIf(!present)("an identity token for docker-registry", () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).toReversed()) await one.close();
  });
  const opened = <T extends { close(): Promise<void> }>(one: T): T => {
    open.push(one);
    return one;
  };

  async function start(refreshToken?: string) {
    const setup = {
      login: LOGIN,
      seconds: 60,
      allows: () => ["pull", "push"],
      ...(refreshToken ? { refreshToken } : {}),
    };
    const tokens: TokenServer = opened(await startTokenServer(setup));
    const real = opened(await startDockerRegistry({ login: LOGIN, auth: tokens.auth }));
    const options: RegistryOptions = {
      host: real.host,
      credentials: { identityToken: TOKEN },
      origin: { kind: "helper", program: "docker-credential-acr", path: "/x/config.json" },
      inputs: "registry",
      insecureHttp: true,
    };
    return { tokens, registry: opened(connectRegistry(options)), host: real.host };
  }

  async function refusal(work: Promise<unknown>) {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown as Error & { code: string; fix: string },
    );
    if (error === null) throw new Error("nothing was thrown");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    return error;
  }

  it("is exchanged at the token service, once for each scope", async () => {
    const { tokens, registry } = await start(TOKEN);
    const blob = await registry.upload(
      "dev/hr",
      async function* () {
        yield randomBytes(1000);
      },
      signal,
    );
    expect(await registry.mount("dev/other", { ...blob, from: "dev/hr" }, signal)).toBe(true);
    expect(tokens.posted).toEqual(
      ["repository:dev/hr:pull,push", "repository:dev/other:pull,push repository:dev/hr:pull"].map((scope) => ({
        grant_type: "refresh_token",
        service: "contract",
        client_id: "seedbed",
        scope,
        refresh_token: TOKEN,
      })),
    );
  });

  it("that the service does not know is explained by the helper that gave it", async () => {
    const { registry } = await start("another");
    expect(await refusal(registry.check("dev/hr", "push", signal))).toMatchObject({
      code: "registry-login-refused",
      message: expect.stringContaining("refused to accept the login for dev/hr: HTTP 401"),
      fix: expect.stringContaining("Check the account that docker-credential-acr uses"),
    });
  });

  it("is of no use where the service exchanges none, or where there is no service", async () => {
    const { registry } = await start();
    expect(await refusal(registry.check("dev/hr", "push", signal))).toMatchObject({ code: "registry-identity-token" });
    const basic = opened(await startDockerRegistry({ login: LOGIN }));
    const credentials = { identityToken: TOKEN };
    const other = opened(connectRegistry({ host: basic.host, credentials, inputs: "base", insecureHttp: true }));
    expect(await refusal(other.check("dev/hr", "push", signal))).toMatchObject({
      code: "registry-identity-token",
      fix: expect.stringContaining("with a username and a password"),
    });
  });
});
