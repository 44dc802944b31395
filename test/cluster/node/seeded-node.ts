import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededWorld } from "../../node/seeded-world.ts";
import { pushCompleteBase } from "../../world/image/complete-base.ts";
import type { Moment } from "../../world/journal.ts";
import { startControlPlane, type ControlPlane } from "../control-plane.ts";
import { LiveDatabase } from "./live-database.ts";
import { startNode, type ClusterNode } from "./start-node.ts";

/** On the volume, because a container's own files are gone with it. */
const JOURNAL = "journal.jsonl";

/** The runtime's waits, shortened. */
export const TIMING = {
  WATCH_SECONDS: 1,
  POLL_SECONDS: 0.2,
  HEARTBEAT_SECONDS: 10,
  STOP_SECONDS: 20,
  STOP_JOB_SECONDS: 3,
  MACHINE_STOP_SECONDS: 5,
};

/** The database `hr`, seeded and not yet applied, and a real cluster of one node that can reach its registry. */
export class SeededNode {
  readonly seeded: SeededWorld;
  readonly plane: ControlPlane;
  readonly database: LiveDatabase;
  readonly #node: ClusterNode;

  private constructor(seeded: SeededWorld, plane: ControlPlane, node: ClusterNode) {
    this.seeded = seeded;
    this.plane = plane;
    this.#node = node;
    this.database = new LiveDatabase(plane.client, node, "seedbed-hr");
  }

  static async start(): Promise<SeededNode> {
    const folder = await mkdtemp(join(tmpdir(), "seedbed-kubelet-"));
    const world = { journal: `/opt/oracle/oradata/${JOURNAL}`, rawMarker: "@corp.example" };
    const seeded = await SeededWorld.start(folder, (target) =>
      pushCompleteBase(target, { profile: "gvenzl-free", world, timing: TIMING }),
    );
    const plane = await startControlPlane();
    const node = await startNode(plane, [Number(seeded.world.registry.host.split(":")[1])]);
    const all = new SeededNode(seeded, plane, node);
    await all.database.makeVolume();
    return all;
  }

  /** What its stand-in database was at each moment. */
  moments(): Moment[] {
    const lines = readFileSync(join(this.database.volume, JOURNAL), "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line) as Moment);
  }

  /** The Secrets of the request, as External Secrets would have made them. */
  async writeSecrets(): Promise<void> {
    for (const [name, values] of Object.entries(this.seeded.secrets)) await this.database.writeSecret(name, values);
  }

  /** The login for the registry, as `docker login` writes it. */
  async writeLogin(name: string): Promise<void> {
    const { world, puller } = this.seeded;
    const auth = Buffer.from(`${puller.username}:${puller.password}`).toString("base64");
    const login = JSON.stringify({ auths: { [world.registry.host]: { auth } } });
    await this.database.writeSecret(name, { ".dockerconfigjson": login }, "kubernetes.io/dockerconfigjson");
  }

  async close(): Promise<void> {
    await this.#node.close();
    await this.plane.close();
    await this.seeded.close();
  }
}
