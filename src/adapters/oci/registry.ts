import { SeedbedError } from "../../problem/error.ts";
import { digestOfBytes, type Digest } from "../../crypto/digest.ts";
import type { BlobDescriptor, MountedBlob, NewManifest, Registry } from "../../ports/registry.ts";
import { readProxies, type Proxies } from "../../http/proxies.ts";
import { nameInputs, type NameSecrets } from "../../credentials/secret-names.ts";
import { RegistryClient, type RegistryCall, type RetryOptions } from "./client.ts";
import { readBlob, readManifest } from "./download.ts";
import { nextLocation } from "./location.ts";
import type { LoginInputs } from "./attempt.ts";
import { keepSecrets } from "../../registry-login/keep-secrets.ts";
import { openTransport } from "./transport.ts";
import { BlobUploader } from "./upload.ts";
import type { LoginOrigin, RegistryLogin } from "../../registry-login/login.ts";

export interface RegistryOptions {
  /** `registry.example`, `127.0.0.1:5000`, or `docker.io`. */
  host: string;
  /** Absent for anonymous access. */
  credentials?: RegistryLogin | undefined;
  /** Where they are from, or why there are none; by default the inputs. */
  origin?: LoginOrigin;
  /** Which login this is, for error messages: `registry_username`… or `base_username`… */
  inputs: LoginInputs;
  /** How messages refer to it; by default as inputs of the Action. */
  nameSecrets?: NameSecrets;
  /** Use plain HTTP; refused for anything but a loopback host. */
  insecureHttp?: boolean;
  retry?: RetryOptions;
  /** How long the registry may take to respond. */
  idleMilliseconds?: number;
  /** Which way connections take; by default none of them takes a proxy. */
  proxies?: Proxies;
}

/** A connection to one OCI registry host. Nothing is sent before the first call. */
export function connectRegistry(options: RegistryOptions): Registry {
  const secrets = keepSecrets(options.credentials);
  const transport = openTransport({
    idleMilliseconds: options.idleMilliseconds ?? 300_000,
    proxies: options.proxies ?? readProxies({}),
  });
  const client = new RegistryClient({
    transport,
    base: baseAddress(options),
    credentials: options.credentials,
    retry: options.retry ?? { attempts: 5, firstDelayMilliseconds: 500 },
    onSecret: secrets.add,
    facts: {
      host: options.host,
      inputs: options.inputs,
      origin: options.origin ?? { kind: "inputs" },
      nameSecrets: options.nameSecrets ?? nameInputs,
      loggedIn: options.credentials !== undefined,
      redact: secrets.redact,
    },
  });
  return new OciRegistry(client);
}

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d+)?$/;

function baseAddress({ host, insecureHttp }: RegistryOptions): URL {
  if (insecureHttp && !LOOPBACK.test(host))
    throw new SeedbedError("registry-insecure", `The registry ${host} would be contacted without encryption.`, {
      fix: "Serve it over https; plain HTTP is only allowed for a registry on this machine.",
    });
  // Docker Hub's API has a different host name than its image references.
  const api = host === "docker.io" ? "registry-1.docker.io" : host;
  return new URL(`${insecureHttp ? "http" : "https"}://${api}`);
}

// A cancel that is not answered must not hold up a run.
const CANCEL_MILLISECONDS = 10_000;

type Question = Pick<RegistryCall, "method" | "to" | "doing" | "expect" | "signal">;

class OciRegistry implements Registry {
  readonly #client: RegistryClient;
  readonly #uploader: BlobUploader;

  constructor(client: RegistryClient) {
    this.#client = client;
    this.#uploader = new BlobUploader(client);
  }

  get host(): string {
    return this.#client.facts.host;
  }

  async check(repository: string, access: "pull" | "push", signal: AbortSignal): Promise<void> {
    if (access === "pull") {
      const to = `/v2/${repository}/tags/list?n=1`;
      await this.#ask({ method: "GET", to, doing: "list", expect: [200], signal }, repository, "pull");
      return;
    }
    const session = await this.#uploader.start(repository, signal);
    await this.#cancel(repository, await nextLocation(session, this.host), signal);
  }

  manifest(repository: string, reference: string, signal: AbortSignal) {
    return readManifest(this.#client, { repository, reference, signal });
  }

  blob(repository: string, blob: BlobDescriptor, signal: AbortSignal) {
    return readBlob(this.#client, { repository, blob, signal });
  }

  async hasBlob(repository: string, blob: BlobDescriptor, signal: AbortSignal): Promise<boolean> {
    const to = `/v2/${repository}/blobs/${blob.digest}`;
    const call: Question = { method: "HEAD", to, doing: "look up a blob in", expect: [200, 404], signal };
    const reply = await this.#ask(call, repository, "pull,push");
    const size = reply.headers["content-length"];
    return reply.status === 200 && (size === undefined || Number(size) === blob.size);
  }

  async mount(repository: string, { digest, from }: MountedBlob, signal: AbortSignal): Promise<boolean> {
    const query = new URLSearchParams({ mount: digest, from });
    const reply = await this.#client.call({
      method: "POST",
      to: `/v2/${repository}/blobs/uploads/?${query}`,
      scopes: [
        { repository, actions: "pull,push" },
        { repository: from, actions: "pull" },
      ],
      doing: "mount a blob into",
      expect: [201, 202],
      repeatable: true,
      signal,
    });
    if (reply.status === 201) {
      await reply.release();
      return true;
    }
    // 202: the registry did not mount the blob and started an upload instead.
    await this.#cancel(repository, nextLocation(reply, this.host), signal);
    return false;
  }

  upload(repository: string, open: () => AsyncIterable<Buffer>, signal: AbortSignal) {
    return this.#uploader.upload({ repository, open, signal });
  }

  async putManifest(repository: string, manifest: NewManifest, signal: AbortSignal): Promise<Digest> {
    const digest = digestOfBytes(manifest.bytes);
    const reply = await this.#client.call({
      method: "PUT",
      to: `/v2/${repository}/manifests/${manifest.reference}`,
      scopes: [{ repository, actions: "pull,push" }],
      doing: "take a manifest for",
      headers: { "content-type": manifest.mediaType },
      body: manifest.bytes,
      expect: [201],
      repeatable: true,
      signal,
    });
    await reply.release();
    const stored = reply.headers["docker-content-digest"];
    if (stored === undefined || stored === digest) return digest;
    throw new SeedbedError(
      "registry-digest-mismatch",
      `${this.host}/${repository} stored ${stored}, but ${digest} was sent.`,
      {
        fix: "A proxy or the registry changes manifests: use a registry that stores them unchanged.",
      },
    );
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #ask(call: Question, repository: string, actions: "pull" | "pull,push") {
    const reply = await this.#client.call({ ...call, scopes: [{ repository, actions }], repeatable: true });
    await reply.release();
    return reply;
  }

  /**
   * One try, whose answer decides nothing: an empty session costs the registry nothing and expires. Registries with a
   * token service want the action `delete` for it, which a login that pushes need not have (distribution/distribution,
   * registry/handlers/app.go, appendAccessRecords); others answer 404 or 405.
   */
  async #cancel(repository: string, location: URL | Promise<URL>, signal: AbortSignal): Promise<void> {
    try {
      const reply = await this.#client.call({
        method: "DELETE",
        to: await location,
        scopes: [{ repository, actions: "pull,push" }],
        doing: "cancel an upload to",
        // Not a reason to fetch another token: it would have the same rights.
        expect: [204, 401],
        repeatable: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(CANCEL_MILLISECONDS)]),
      });
      await reply.release();
    } catch {
      signal.throwIfAborted();
    }
  }
}
