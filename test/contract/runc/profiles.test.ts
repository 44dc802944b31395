import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Namespaces } from "../../node/namespaces.ts";
import { needsRunc } from "../../node/need-runc.ts";
import { RuncPod } from "../../node/runc-pod.ts";
import { SeededWorld } from "../../node/seeded-world.ts";
import { readWorkload } from "../../world/cluster/read-manifests.ts";
import { pushCompleteBase } from "../../world/image/complete-base.ts";
import type { Moment } from "../../world/journal.ts";

/** Bits of capability(7): what Oracle Free's own start needs for its way through `su`, and nothing. */
const BOUNDS = {
  "free-26ai": [0, 1, 3, 6, 7, 29].reduce((sum, bit) => sum + 2 ** bit, 0),
  "ee-19c": 0,
};

describe.skipIf(!needsRunc())("a seed image on Oracle's own image, as a real container", () => {
  test.for(["free-26ai", "ee-19c"] as const)(
    "of %s goes to open with the capabilities of its manifests",
    async (profile) => {
      const folder = await mkdtemp(join(tmpdir(), "seedbed-runc-"));
      const world = { journal: "/opt/oracle/oradata/journal.jsonl", rawMarker: "@corp.example" };
      const timing = { WATCH_SECONDS: 1, POLL_SECONDS: 0.2, STOP_SECONDS: 20 };
      const space = await Namespaces.open();
      const seeded = await SeededWorld.start(folder, (to) => pushCompleteBase(to, { profile, world, timing }), profile);
      const pod = new RuncPod({ space, name: "hr", credentials: seeded.puller, secrets: seeded.secrets });
      try {
        await pod.start(readWorkload(await seeded.manifests()));
        await pod.sees(/phase=open event=done/);
        const { out } = await pod.exec("cat", "/proc/1/status");
        expect(parseInt(/^CapBnd:\t([0-9a-f]+)$/m.exec(out)![1]!, 16)).toBe(BOUNDS[profile]);
        expect(out).toMatch(/^CapEff:\t0{16}$/m);
        const lines = readFileSync(join(pod.volume, "journal.jsonl"), "utf8").trim().split("\n");
        expect(JSON.parse(lines.at(-1)!) as Moment).toMatchObject({
          open_mode: "READ WRITE",
          restricted: false,
          masked: true,
        });
        expect(await pod.stop()).toBe(143);
      } finally {
        await seeded.close();
        await space.close();
      }
    },
  );
});
