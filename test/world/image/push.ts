import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { BaseImage } from "./profiles.ts";
import { buildBaseRootfs } from "./rootfs.ts";

export interface PushTarget {
  /** `127.0.0.1:port`, spoken to without TLS. */
  host: string;
  repository: string;
  credentials?: { username: string; password: string };
}

export interface PushedImage {
  /** Of the manifest. */
  digest: string;
  bytes: number;
}

/** Builds a base image and pushes it as one layer. */
export async function pushBaseImage(
  target: PushTarget,
  profile: Parameters<typeof buildBaseRootfs>[1]["profile"],
): Promise<PushedImage> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-rootfs-"));
  try {
    const image = await buildBaseRootfs(folder, { profile });
    return await pushImage(target, [await tarFolder(folder)], image.config);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A folder as a tar that does not depend on who packed it and when; with the files' owners where they are to stay. */
export async function tarFolder(folder: string, owners: "root" | "kept" = "root"): Promise<Buffer> {
  const options = [
    "--sort=name",
    ...(owners === "root" ? ["--owner=0", "--group=0"] : []),
    "--numeric-owner",
    "--mtime=@0",
    "--format=pax",
    "--pax-option=delete=atime,delete=ctime",
  ];
  return (await run("tar", ["-c", ...options, "-C", folder, "."], { encoding: "buffer", maxBuffer: 2 ** 30 })).stdout;
}

const run = promisify(execFile);

/** Pushes an image of uncompressed tars, lowest first, and returns the digest that pulls it. */
export async function pushImage(target: PushTarget, tars: Buffer[], config: BaseImage["config"]): Promise<PushedImage> {
  const layers = [];
  for (const tar of tars)
    layers.push({
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
      // Speed counts, and not size: nothing travels further than this machine, so the tar is only stored.
      ...(await pushBlob(target, gzipSync(tar, { level: 0 }))),
    });
  const document = {
    architecture: "amd64",
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: tars.map(sha256) },
    history: tars.map(() => ({ created_by: "stand-in" })),
  };
  const mediaType = "application/vnd.oci.image.config.v1+json";
  const configBlob = { mediaType, ...(await pushBlob(target, Buffer.from(JSON.stringify(document)))) };
  const manifestType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: configBlob, layers }),
  );
  const digest = sha256(manifest);
  await send(target, { method: "PUT", path: `manifests/${digest}`, type: manifestType, body: manifest });
  return { digest, bytes: layers.reduce((sum, layer) => sum + layer.size, manifest.length) };
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function pushBlob(target: PushTarget, bytes: Buffer): Promise<{ digest: string; size: number }> {
  const digest = sha256(bytes);
  const begun = await send(target, { method: "POST", path: "blobs/uploads/" });
  const location = new URL(begun.headers.get("location") ?? "", `http://${target.host}`);
  location.searchParams.set("digest", digest);
  await send(target, { method: "PUT", path: location.href, type: "application/octet-stream", body: bytes });
  return { digest, size: bytes.length };
}

interface Sending {
  method: string;
  /** Below the repository, or a whole address. */
  path: string;
  type?: string;
  body?: Buffer;
}

async function send(target: PushTarget, request: Sending): Promise<Response> {
  const url = request.path.startsWith("http")
    ? request.path
    : `http://${target.host}/v2/${target.repository}/${request.path}`;
  const ask = (authorization: string | null): Promise<Response> =>
    fetch(url, {
      method: request.method,
      headers: {
        ...(request.type ? { "content-type": request.type } : {}),
        ...(authorization ? { authorization } : {}),
      },
      ...(request.body ? { body: new Uint8Array(request.body) } : {}),
    });
  let response = await ask(null);
  if (response.status === 401)
    response = await ask(await authorize(target, response.headers.get("www-authenticate") ?? ""));
  if (response.ok) return response;
  throw new Error(`${request.method} ${url}: ${response.status} ${await response.text()}`);
}

async function authorize({ credentials, repository }: PushTarget, challenge: string): Promise<string | null> {
  const basic = credentials
    ? `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`
    : null;
  const realm = /^bearer .*realm="([^"]+)"/i.exec(challenge)?.[1];
  if (realm === undefined) return basic;
  const service = /service="([^"]+)"/.exec(challenge)?.[1] ?? "";
  const query = new URLSearchParams({ service, scope: `repository:${repository}:pull,push` });
  const reply = await fetch(`${realm}?${query}`, { headers: basic ? { authorization: basic } : {} });
  if (!reply.ok) throw new Error(`login: ${reply.status} ${await reply.text()}`);
  return `Bearer ${((await reply.json()) as { token: string }).token}`;
}
