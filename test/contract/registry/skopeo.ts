import { mkdir, readFile, readdir, readlink, lstat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { execa } from "execa";

export interface Login {
  username: string;
  password: string;
}

/** `skopeo copy` between registries and folders, with a login file, so that no password is in a command line. */
export async function skopeoCopy(
  from: string,
  to: string,
  options: { folder: string; logins: Record<string, Login> },
): Promise<void> {
  const file = join(options.folder, "auth.json");
  const auths = Object.entries(options.logins).map(([host, { username, password }]) => [
    host,
    { auth: Buffer.from(`${username}:${password}`).toString("base64") },
  ]);
  await writeFile(file, JSON.stringify({ auths: Object.fromEntries(auths) }), { mode: 0o600 });
  const flags = ["--insecure-policy", "copy", "--all", "--preserve-digests", "--authfile", file];
  await execa("skopeo", [...flags, "--src-tls-verify=false", "--dest-tls-verify=false", from, to]);
}

/** Unpacks an image that skopeo wrote as `dir:` with GNU tar, layer over layer; for images without whiteouts. */
export async function unpackDir(dir: string, folder: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(dir, "manifest.json"), "utf8")) as { layers: { digest: string }[] };
  await mkdir(folder, { recursive: true });
  for (const { digest } of manifest.layers)
    await execa("tar", ["--no-same-owner", "-xpf", join(dir, digest.slice("sha256:".length)), "-C", folder]);
}

/** Every path below a folder with type, mode and digest, to compare two trees. */
export async function describeTree(folder: string, below = ""): Promise<string[]> {
  const lines: string[] = [];
  for (const name of (await readdir(join(folder, below))).toSorted()) {
    const path = join(below, name);
    const facts = await lstat(join(folder, path));
    const mode = (facts.mode & 0o7777).toString(8);
    if (facts.isSymbolicLink()) lines.push(`${path} -> ${await readlink(join(folder, path))}`);
    else if (facts.isDirectory()) lines.push(`${path}/ ${mode}`, ...(await describeTree(folder, path)));
    else
      lines.push(
        `${path} ${mode} ${createHash("sha256")
          .update(await readFile(join(folder, path)))
          .digest("hex")}`,
      );
  }
  return lines;
}
