import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startDockerRegistry, type DockerRegistry } from "../../contract/registry/docker-registry.ts";
import { needs } from "../../need.ts";
import { Programs } from "../../registry-login/programs.ts";
import { CANARIES } from "../../world/canaries.ts";
import { pushBaseImage } from "../../world/image/push.ts";
import { pullImage } from "../../world/registry/pull.ts";
import { Chain } from "./chain.ts";
import { expectRefused } from "./expect-refused.ts";

const present = ["docker-registry", "htpasswd"].map(needs).every(Boolean);
const LOGIN = { username: "seeder", password: CANARIES.registryPassword };
const PAIR = `${LOGIN.username}:${LOGIN.password}`;
const AUTH = Buffer.from(PAIR).toString("base64");

describe.skipIf(!present)("seedbed seed with a login that Docker has, for Debian's docker-registry", () => {
  let chain: Chain;
  let real: DockerRegistry;
  let programs: Programs;
  let environment: Record<string, string | undefined>;
  let sound: string;

  beforeAll(async () => {
    chain = await Chain.open();
    programs = await Programs.open();
    real = await startDockerRegistry({ login: LOGIN });
    const base = await pushBaseImage({ host: real.host, repository: "base/free", credentials: LOGIN }, "gvenzl-free");
    const settings = await chain.read(".github/seedbed.yml");
    const moved = settings
      .replaceAll(chain.world.registry.host, real.host)
      .replace(/base\/free@sha256:[0-9a-f]{64}/, `base/free@${base.digest}`);
    await chain.write(".github/seedbed.yml", moved);
    await chain.commit("The real registry");
    sound = await chain.git("rev-parse", "HEAD");
    environment = {
      PATH: programs.path,
      SEEDBED_INSECURE_REGISTRIES: real.host,
      SEEDBED_REGISTRY_USERNAME: undefined,
      SEEDBED_REGISTRY_PASSWORD: undefined,
      SEEDBED_BASE_USERNAME: undefined,
      SEEDBED_BASE_PASSWORD: undefined,
    };
  });
  afterEach(async () => {
    await chain.restore(sound);
    await rm(join(chain.folder, ".docker"), { recursive: true, force: true });
  });
  afterAll(async () => {
    await real?.close();
    await programs?.remove();
    await chain?.close();
  });

  /** Docker's configuration of the user; Chain's HOME is its folder. */
  async function configure(config: object | string): Promise<string> {
    const path = join(chain.folder, ".docker/config.json");
    await mkdir(join(chain.folder, ".docker"), { recursive: true });
    await writeFile(path, typeof config === "string" ? config : JSON.stringify(config, null, "\t"));
    return path;
  }

  async function expectSeeded(changes: Record<string, string> = {}): Promise<void> {
    const ran = await chain.seedbed(["seed", "hr", "--json"], { environment: { ...environment, ...changes } });
    expect(ran.code, ran.stderr).toBe(0);
    const { digest } = (await chain.lock()).image!;
    const pull = { host: real.host, repository: "dev/hr", digest, credentials: LOGIN };
    const pulled = await pullImage(pull, join(chain.folder, `pulled-${digest.slice(-8)}`));
    expect(pulled.checked.filter((name) => name.endsWith(".dmp"))).toHaveLength(2);
    expectSilence();
  }

  function expectSilence(): void {
    expect(chain.leaked()).toEqual([]);
    expect(chain.printed).not.toContain(AUTH);
    expect(chain.printed).not.toContain(PAIR);
  }

  async function expectNo(says: string[], changes: Record<string, string> = {}): Promise<void> {
    const { ssh } = await chain.world.counts();
    const ran = await expectRefused(
      chain,
      ["seed", "hr"],
      { code: 2, says },
      { environment: { ...environment, ...changes } },
    );
    expect(ran.all, "words of the Action on the command line").not.toMatch(/\binputs?\b|registry_/);
    expect((await chain.world.counts()).ssh, "the source was not asked").toEqual(ssh);
    expectSilence();
  }

  it("takes it from ~/.docker/config.json", async () => {
    await configure({ auths: { [`http://${real.host}/v2/`]: { auth: AUTH } } });
    await expectSeeded();
  });

  it("takes it from the registry's credential helper, which is asked once for both logins", async () => {
    await configure({ auths: { [real.host]: { auth: "bm8Ogbm8=" } }, credHelpers: { [real.host]: "vault" } });
    await programs.addHelper("vault", { username: LOGIN.username, secret: LOGIN.password });
    await expectSeeded();
    expect(await programs.calls("docker-credential-vault")).toEqual([`get|${real.host}`]);
  });

  it("takes its variables first, and then does not even read Docker's configuration", async () => {
    await configure("{ broken");
    const [SEEDBED_REGISTRY_USERNAME, SEEDBED_REGISTRY_PASSWORD] = [LOGIN.username, LOGIN.password];
    const base = { SEEDBED_BASE_USERNAME: LOGIN.username, SEEDBED_BASE_PASSWORD: LOGIN.password };
    await expectSeeded({ SEEDBED_REGISTRY_USERNAME, SEEDBED_REGISTRY_PASSWORD, ...base });
  });

  it("is refused before anything is exported, by the name of the file that has it", async () => {
    const path = await configure({ auths: { [real.host]: { username: "seeder", password: "not-the-password-51ab" } } });
    await expectNo(["registry-login-refused", `Log in again with docker login ${real.host}`, `in ${path}`, "HTTP 401"]);
    expect(chain.printed).not.toContain("51ab");
  });

  it("says where it looked when there is none", async () => {
    const none = `There is no ${join(chain.folder, ".docker/config.json")}.`;
    const fix = "Set SEEDBED_REGISTRY_USERNAME and SEEDBED_REGISTRY_PASSWORD";
    await expectNo(["registry-login-refused", fix, `Or log in with docker login ${real.host}.`, none]);
  });

  it("tells why a helper gave none, in the helper's words", async () => {
    const path = await configure({ credsStore: "cloud" });
    await programs.add("docker-credential-cloud", ['echo "the cloud wants a new login, ada"; exit 1']);
    await expectNo([
      "credential-helper-refused",
      `docker-credential-cloud for ${real.host}, which ${path} names, ended with exit code 1 and said: the cloud wants a new login, ada`,
    ]);
    const elsewhere = join(chain.folder, "elsewhere");
    await mkdir(elsewhere, { recursive: true });
    await writeFile(join(elsewhere, "config.json"), '{"credsStore": "absent"}');
    await expectNo(["credential-helper-missing", `${elsewhere}/config.json`], { DOCKER_CONFIG: elsewhere });
  });

  it("shows the place of a mistake in the configuration, and nothing of what is in it", async () => {
    const path = await configure(`{"auths": {"${real.host}": {"auth": "${PAIR}"}}}`);
    await expectNo(["docker-config-invalid", `${path}:1:`, "is not base64"]);
    await configure(`{"auths": {"${real.host}": {"auth": "${AUTH}" "x"}}}`);
    await expectNo(["docker-config-invalid", `${path}:1:`, "is not JSON from here on"]);
  });
});
