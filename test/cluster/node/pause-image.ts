import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const PAUSE_IMAGE = "seedbed.test/pause:1";

/** Writes an archive for `ctr images import` (OCI image-layout) with the image of a pod's sandbox: one static program. */
export function writePauseImage(program: string, folder: string): string {
  const [root, layout] = [join(folder, "root"), join(folder, "layout")];
  mkdirSync(root, { recursive: true });
  copyFileSync(program, join(root, "pause"));
  chmodSync(join(root, "pause"), 0o755);
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  const put = (bytes: Buffer | string): { digest: string; size: number } => {
    const hex = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(layout, "blobs/sha256", hex), bytes);
    return { digest: `sha256:${hex}`, size: Buffer.byteLength(bytes) };
  };
  const oci = (kind: string): string => `application/vnd.oci.image.${kind}`;
  const layer = put(execFileSync("tar", ["-c", "--owner=0", "--group=0", "-C", root, "pause"], { maxBuffer: 2 ** 28 }));
  const config = put(
    JSON.stringify({
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      config: { Entrypoint: ["/pause"], User: "65535:65535" },
      rootfs: { type: "layers", diff_ids: [layer.digest] },
    }),
  );
  const manifest = put(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: oci("manifest.v1+json"),
      config: { mediaType: oci("config.v1+json"), ...config },
      layers: [{ mediaType: oci("layer.v1.tar"), ...layer }],
    }),
  );
  writeFileSync(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  const annotations = { "io.containerd.image.name": PAUSE_IMAGE, "org.opencontainers.image.ref.name": PAUSE_IMAGE };
  const entry = { mediaType: oci("manifest.v1+json"), ...manifest, annotations };
  writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  const archive = join(folder, "pause.tar");
  execFileSync("tar", ["-cf", archive, "-C", layout, "."]);
  return archive;
}
