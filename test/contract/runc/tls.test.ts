import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Namespaces } from "../../node/namespaces.ts";
import { needsRunc } from "../../node/need-runc.ts";
import { RuncPod } from "../../node/runc-pod.ts";
import { SeededWorld, SETTINGS } from "../../node/seeded-world.ts";
import { Authority, fingerprintOf } from "../../world/certificates.ts";
import { readWorkload } from "../../world/cluster/read-manifests.ts";
import { pushCompleteBase } from "../../world/image/complete-base.ts";

const NAMES = ["oracle.seedbed-hr.svc"];
const CA = "/run/secrets/seedbed/hr-tls/ca.crt";

describe.skipIf(!needsRunc())("a seed image whose request asks for TLS, as a real container", () => {
  test("reads the Secret by its group alone, serves it on port 2484 of its own, and follows a renewed one", async () => {
    const space = await Namespaces.open();
    const authority = new Authority();
    const world = { journal: "/opt/oracle/oradata/journal.jsonl", rawMarker: "@corp.example" };
    const timing = { WATCH_SECONDS: 1, POLL_SECONDS: 0.2, STOP_SECONDS: 20 };
    const profile = "ee-19c";
    const seeded = await SeededWorld.start(
      join(space.folder, "world"),
      (to) => pushCompleteBase(to, { profile, world, timing }),
      profile,
    );
    const secrets = { ...seeded.secrets, "hr-tls": { ...authority.issue(NAMES) } };
    const pod = new RuncPod({ space, name: "hr", credentials: seeded.puller, secrets });
    const shown = async () => {
      const asked = `openssl s_client -connect 127.0.0.1:2484 -CAfile ${CA} -verify_hostname ${NAMES[0]} </dev/null`;
      const { out } = await pod.exec("bash", "-c", asked);
      const [pem = ""] = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/.exec(out) ?? [];
      return [/Verify return code: .*/.exec(out)?.[0], pem && fingerprintOf(pem)];
    };
    const served = () => ["Verify return code: 0 (ok)", fingerprintOf(secrets["hr-tls"]["tls.crt"])];
    try {
      const secretsOf = "secrets: { kind: existing }";
      await seeded.changeFile(SETTINGS, secretsOf, `${secretsOf}, certificates: { kind: existing, name: hr-tls }`);
      await seeded.change("  access:\n", "  access:\n    tls: true\n");
      const workload = readWorkload(await seeded.manifests());
      await pod.start(workload);
      await pod.sees(/phase=open event=done/);
      expect(await shown()).toEqual(served());
      const { out } = await pod.exec("stat", "-L", "-c", "%a %u %g", "/run/secrets/seedbed/hr-tls/tls.key");
      expect(out.trim()).toBe("440 0 54321");
      const { out: kept } = await pod.exec("find", "/dev/shm/seedbed/tls", "-type", "f", "-perm", "/077");
      expect(kept).toBe("");

      secrets["hr-tls"] = { ...authority.issue(NAMES) };
      await pod.change(workload);
      await pod.sees(/serving the certificate[^]*serving the certificate[^]*phase=open event=skip/);
      expect(await shown()).toEqual(served());
      expect(await pod.stop()).toBe(143);
    } finally {
      authority.remove();
      await seeded.close();
      await space.close();
    }
  });
});
