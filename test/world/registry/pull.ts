import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { unpackLayer } from "./unpack.ts";

export interface PullRequest {
  /** `127.0.0.1:port`; plain HTTP for loopback, https else. */
  host: string;
  repository: string;
  digest: string;
  credentials?: { username: string; password: string };
  /** Files belong to whom the layers say; needs root. */
  keepOwners?: boolean;
}

export interface PulledImage {
  digest: string;
  /** The configuration's whole JSON. */
  config: {
    config?: {
      Entrypoint?: string[];
      Cmd?: string[];
      Env?: string[];
      User?: string;
      WorkingDir?: string;
      Labels?: Record<string, string>;
    };
    rootfs: { diff_ids: string[] };
  };
  layers: { digest: string; size: number; mediaType: string; annotations?: Record<string, string> }[];
  /** Names in SHA256SUMS whose bytes were found right; empty for an image without one. */
  checked: string[];
}

const ACCEPT = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

/** Pulls an image as an engine does and unpacks it into a folder. Shares no code with what pushes. */
export async function pullImage(request: PullRequest, folder: string): Promise<PulledImage> {
  const puller = new Puller(request);
  const manifest = JSON.parse(await puller.text(`manifests/${request.digest}`, request.digest)) as {
    config: { digest: string };
    layers: PulledImage["layers"];
  };
  const config = JSON.parse(
    await puller.text(`blobs/${manifest.config.digest}`, manifest.config.digest),
  ) as PulledImage["config"];
  await mkdir(folder, { recursive: true });
  const spool = await mkdtemp(join(tmpdir(), "pull-"));
  try {
    const diffIds = [];
    for (const layer of manifest.layers) {
      const file = join(spool, "layer");
      await puller.file(layer, file);
      diffIds.push(
        await unpackLayer({ file, mediaType: layer.mediaType, folder, keepOwners: request.keepOwners ?? false }),
      );
    }
    if (diffIds.join() !== config.rootfs.diff_ids.join())
      throw new Error(
        `the layers unpack to ${diffIds.join()}, the configuration says ${config.rootfs.diff_ids.join()}`,
      );
  } finally {
    await rm(spool, { recursive: true, force: true });
  }
  return { digest: request.digest, config, layers: manifest.layers, checked: await checkSums(folder) };
}

class Puller {
  readonly #request: PullRequest;
  readonly #base: string;
  #authorization: string | undefined;

  constructor(request: PullRequest) {
    this.#request = request;
    const scheme = /^(127\.|localhost)/.test(request.host) ? "http" : "https";
    this.#base = `${scheme}://${request.host}`;
  }

  async text(path: string, digest: string): Promise<string> {
    const bytes = Buffer.from(await (await this.#get(path)).arrayBuffer());
    const got = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    if (got !== digest) throw new Error(`${path} has ${got}`);
    return bytes.toString("utf8");
  }

  async file(layer: { digest: string; size: number }, file: string): Promise<void> {
    const response = await this.#get(`blobs/${layer.digest}`);
    const hash = createHash("sha256");
    let size = 0;
    const counting = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        size += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body as never), counting, createWriteStream(file));
    const got = `sha256:${hash.digest("hex")}`;
    if (got !== layer.digest || size !== layer.size)
      throw new Error(`${layer.digest} (${layer.size} bytes) came as ${got} (${size} bytes)`);
  }

  async #get(path: string): Promise<Response> {
    const url = `${this.#base}/v2/${this.#request.repository}/${path}`;
    let response = await this.#ask(url);
    if (response.status === 401) {
      this.#authorization = await this.#login(response.headers.get("www-authenticate") ?? "");
      response = await this.#ask(url);
    }
    if (response.status === 200) return response;
    throw new Error(`GET ${url}: ${response.status} ${await response.text()}`);
  }

  #ask(url: string): Promise<Response> {
    const authorization = this.#authorization === undefined ? {} : { authorization: this.#authorization };
    return fetch(url, { headers: { accept: ACCEPT, ...authorization } });
  }

  async #login(challenge: string): Promise<string | undefined> {
    const { credentials, repository } = this.#request;
    const basic =
      credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
    if (!/^bearer /i.test(challenge)) return basic;
    const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
    const query = new URLSearchParams({ service: value("service"), scope: `repository:${repository}:pull` });
    const reply = await fetch(`${value("realm")}?${query}`, { headers: basic ? { authorization: basic } : {} });
    if (reply.status !== 200) throw new Error(`login: ${reply.status} ${await reply.text()}`);
    return `Bearer ${((await reply.json()) as { token: string }).token}`;
  }
}

/** Compares dump and facts files with SHA256SUMS. */
async function checkSums(folder: string): Promise<string[]> {
  const facts = join(folder, "opt/seedbed/facts");
  const sums = await readFile(join(facts, "SHA256SUMS"), "utf8").catch(() => "");
  const checked: string[] = [];
  for (const line of sums.split("\n").filter(Boolean)) {
    const [, sha256, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`SHA256SUMS has the line ${JSON.stringify(line)}`);
    const place = ["rows.tsv", "dumpset.json"].includes(name) ? facts : join(folder, "opt/seedbed/dump");
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(place, name)), hash);
    if (hash.digest("hex") !== sha256) throw new Error(`${name} is not the file in SHA256SUMS`);
    checked.push(name);
  }
  return checked;
}
