import { randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOGIN, putFreeBase, startSeedRegistry } from "../../image/fixture.ts";
import { sha256 } from "../../image/ingredients.ts";
import { needs } from "../../need.ts";
import type { WorldRegistry } from "../../world/registry/registry.ts";
import { startDockerRegistry } from "./docker-registry.ts";
import type { DockerRegistry } from "./docker-registry.ts";
import { skopeoCopy } from "./skopeo.ts";

const present = ["docker-registry", "htpasswd", "skopeo"].map(needs).every(Boolean);

interface Answer {
  status: number;
  /** Code of the first error in the body. */
  code: string | undefined;
  location: string;
  headers: Headers;
}

/** Speaks to a registry without any of the product's code. */
class Client {
  readonly #base: string;
  readonly #authorization = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64")}`;

  constructor(host: string) {
    this.#base = `http://${host}`;
  }

  async send(
    method: string,
    path: string,
    options: { headers?: Record<string, string>; body?: Buffer | string; anonymous?: boolean } = {},
  ): Promise<Answer> {
    const login: Record<string, string> = options.anonymous ? {} : { authorization: this.#authorization };
    const body = options.body === undefined ? null : new Uint8Array(Buffer.from(options.body));
    const response = await fetch(new URL(path, this.#base), {
      method,
      headers: { ...login, ...options.headers },
      body,
    });
    const text = await response.text();
    const code = text.startsWith("{")
      ? (JSON.parse(text) as { errors?: { code: string }[] }).errors?.[0]?.code
      : undefined;
    return {
      status: response.status,
      code,
      location: response.headers.get("location") ?? "",
      headers: response.headers,
    };
  }

  async start(repository: string): Promise<string> {
    return (await this.send("POST", `/v2/${repository}/blobs/uploads/`)).location;
  }

  /** A PATCH whose connection breaks in the middle. */
  async breakPatch(location: string): Promise<void> {
    const url = new URL(location, this.#base);
    const headers = {
      authorization: this.#authorization,
      "content-type": "application/octet-stream",
      "content-length": "1000000",
    };
    const request = httpRequest(url, { method: "PATCH", headers });
    const broken = new Promise<void>((resolve) => request.once("error", () => resolve()));
    request.write(randomBytes(300_000), () => setTimeout(() => request.destroy(), 200));
    await broken;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

const OCTETS = { "content-type": "application/octet-stream" };
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const withDigest = (location: string, digest: string) =>
  `${location}${location.includes("?") ? "&" : "?"}digest=${digest}`;
const unknown = `sha256:${"0".repeat(64)}`;

// Each gives [status, error code] as both registries must have them.
const CASES: [name: string, run: (client: Client) => Promise<Answer>][] = [
  ["a ping without a login", (client) => client.send("GET", "/v2/", { anonymous: true })],
  ["a ping with one", (client) => client.send("GET", "/v2/")],
  ["an unknown blob", (client) => client.send("GET", `/v2/dev/p/blobs/${unknown}`)],
  ["a manifest of an unknown repository", (client) => client.send("GET", "/v2/dev/never/manifests/latest")],
  ["an upload that is started", (client) => client.send("POST", "/v2/dev/p/blobs/uploads/")],
  ["an upload that is cancelled", async (client) => client.send("DELETE", await client.start("dev/p"))],
  [
    "a PATCH without Content-Range",
    async (client) => client.send("PATCH", await client.start("dev/p"), { headers: OCTETS, body: "abc" }),
  ],
  [
    "a PATCH after a broken one",
    async (client) => {
      const location = await client.start("dev/p");
      await client.breakPatch(location);
      return client.send("PATCH", location, { headers: OCTETS, body: "abc" });
    },
  ],
  [
    "a PUT with the right digest",
    async (client) => {
      const { location } = await client.send("PATCH", await client.start("dev/p"), { headers: OCTETS, body: "abc" });
      return client.send("PUT", withDigest(location, `sha256:${sha256("abc")}`), { headers: OCTETS });
    },
  ],
  [
    "a PUT with the whole blob in it",
    async (client) => {
      return client.send("PUT", withDigest(await client.start("dev/p"), `sha256:${sha256("xyz")}`), {
        headers: OCTETS,
        body: "xyz",
      });
    },
  ],
  [
    "a PUT with a wrong digest",
    async (client) => {
      const { location } = await client.send("PATCH", await client.start("dev/p"), { headers: OCTETS, body: "abc" });
      return client.send("PUT", withDigest(location, unknown), { headers: OCTETS });
    },
  ],
  [
    "an upload that does not exist",
    (client) => client.send("DELETE", "/v2/dev/p/blobs/uploads/00000000-0000-0000-0000-000000000000"),
  ],
  [
    "a mount of a blob that is there",
    async (client) => {
      const digest = `sha256:${sha256("xyz")}`;
      await client.send("PUT", withDigest(await client.start("dev/p"), digest), { headers: OCTETS, body: "xyz" });
      return client.send("POST", `/v2/dev/q/blobs/uploads/?mount=${digest}&from=dev/p`);
    },
  ],
  [
    "a mount of one that is not",
    (client) => client.send("POST", `/v2/dev/q/blobs/uploads/?mount=${unknown}&from=dev/p`),
  ],
  [
    "a range of a blob",
    async (client) => {
      const digest = `sha256:${sha256("xyz")}`;
      await client.send("PUT", withDigest(await client.start("dev/p"), digest), { headers: OCTETS, body: "xyz" });
      return client.send("GET", `/v2/dev/p/blobs/${digest}`, { headers: { range: "bytes=1-" } });
    },
  ],
  [
    "a manifest whose blobs are missing",
    (client) => {
      const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: unknown, size: 2 };
      const body = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers: [] });
      return client.send("PUT", "/v2/dev/p/manifests/x", { headers: { "content-type": MANIFEST }, body });
    },
  ],
  [
    "a manifest that is not JSON",
    (client) => client.send("PUT", "/v2/dev/p/manifests/x", { headers: { "content-type": MANIFEST }, body: "{" }),
  ],
  [
    "a manifest under a wrong digest",
    (client) => {
      const body = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST });
      return client.send("PUT", `/v2/dev/p/manifests/${unknown}`, { headers: { "content-type": MANIFEST }, body });
    },
  ],
];

const COMPARED = ["location", "docker-content-digest", "content-range"];

describe.skipIf(!present)("the simulated registry", () => {
  let real: DockerRegistry;
  let world: WorldRegistry;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parity-"));
    real = await startDockerRegistry({ login: LOGIN });
    world = await startSeedRegistry({ auth: "basic", folder: join(folder, "store") });
  });
  afterAll(async () => {
    await world?.close();
    await real?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(CASES)("answers %s as docker-registry does", async (_name, run) => {
    const [expected, got] = [await run(new Client(real.host)), await run(new Client(world.host))];
    expect([got.status, got.code]).toEqual([expected.status, expected.code]);
    const present = (answer: Answer) => COMPARED.filter((header) => answer.headers.has(header));
    expect(present(got)).toEqual(present(expected));
    const scheme = (answer: Answer) => answer.headers.get("www-authenticate")?.split(" ", 1)[0];
    expect(scheme(got)).toBe(scheme(expected));
  });

  it.each(["basic", "bearer"] as const)(
    "takes an image that skopeo pushes with a %s login, and gives it back",
    async (auth) => {
      const other = await startSeedRegistry({ auth });
      const digest = await putFreeBase(world);
      const logins = { [world.host]: LOGIN, [other.host]: LOGIN };
      await skopeoCopy(`docker://${world.host}/base/free@${digest}`, `docker://${other.host}/dev/copy:1`, {
        folder,
        logins,
      });
      expect(other.counters).toMatchObject({ manifests: [`dev/copy@${digest}`], blobs_put: 3, refused: 0 });
      await skopeoCopy(`docker://${other.host}/dev/copy:1`, `dir:${folder}/${auth}`, { folder, logins });
      await other.close();
    },
  );
});
