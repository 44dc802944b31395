import type { Reading } from "../ports/cluster.ts";
import { formatAmount } from "../text/amount.ts";
import { bytesOf } from "./live-size.ts";
import type { FileSystem, VolumeState } from "./volume-state.ts";

/** From here on an import or a backup may find no room. */
const NEARLY_FULL = 0.9;

/** How full the volume is, and what to do where that is too much; null where nobody asked. `size` is the claim's, as a quantity. */
export function describeUse(inside: Reading<VolumeState> | null, size: string): string | null {
  if (inside === null) return null;
  if (inside.state === "denied") return `use unknown: ${inside.why}`;
  if (inside.state === "absent") return "use unknown: no container runs";
  const { files } = inside.value;
  if (files === null) return "use unknown: the container cannot tell";
  const share = files.used / Math.max(1, files.used + files.free);
  const use = `${formatAmount(share * 100, "percent")} used, ${formatAmount(files.free * 1024, "bytes")} free`;
  if (isShared(files, size))
    return `${use}, of a file system of ${formatAmount(files.size * 1024, "bytes")} that others share`;
  return share < NEARLY_FULL ? use : `${use}: raise database.storage.size, or keep fewer backups`;
}

/** A storage class without a file system of its own for each volume (NFS, a node's folder) shows all of it. */
function isShared({ size }: FileSystem, claimed: string): boolean {
  return BigInt(size) * 1024n > (bytesOf(claimed) * 3n) / 2n;
}

/** Which backups the volume has; null where nobody asked. */
export function describeBackups(inside: Reading<VolumeState> | null): string | null {
  if (inside === null) return null;
  if (inside.state !== "read")
    return `on the volume unknown: ${inside.state === "denied" ? inside.why : "no container runs"}`;
  const { backups, untested } = inside.value;
  const newest = backups.at(-1);
  const failed = untested === null ? "" : `; the restore test of ${readable(untested)} failed or did not end`;
  return newest === undefined
    ? `none on the volume${failed}`
    : `newest on the volume ${readable(newest)}, ${backups.length} kept${failed}`;
}

/** `20261130T010000Z` as `2026-11-30T01:00:00Z`. */
function readable(time: string): string {
  return time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
}
