import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MASKING, SeededWorld, SETTINGS } from "../../node/seeded-world.ts";
import { startCluster, type Cluster } from "../../world/cluster/cluster.ts";
import { readLogEvents } from "../../../src/cluster/log-event.ts";
import type { ManifestFile } from "../../world/cluster/read-manifests.ts";
import { pushBaseImage } from "../../world/image/push.ts";
import type { Moment } from "../../world/journal.ts";
import type { LogMark } from "./live-database.ts";
import { missingForNode } from "./missing.ts";
import { SeededNode, TIMING } from "./seeded-node.ts";

/** What a story needs of a cluster, and what can be seen of it from outside. */
interface Stage {
  seeded: SeededWorld;
  apply(files: ManifestFile[]): Promise<void>;
  untilReady(): Promise<void>;
  /** Waits until the container is left alone for a while because it keeps ending; how often it has ended. */
  untilCrashLoop(): Promise<number>;
  /** Kills the container's first process. */
  kill(): Promise<void>;
  /** From now on only what comes next is `log`. */
  forget(): Promise<void>;
  log(): Promise<string>;
  moments(): Promise<Moment[]>;
}

/** What a person sees of one chapter; the kubelet keeps what the last two containers of a pod have said, so it is the last one's words that count. */
interface Chapter {
  title: string;
  ends: number;
  events: string[];
  open: boolean;
  masked: boolean;
  rows: Record<string, number>;
}

async function play(stage: Stage): Promise<Chapter[]> {
  const { seeded } = stage;
  const chapters: Chapter[] = [];
  const chapter = async (title: string, act: () => Promise<number | void>): Promise<void> => {
    await stage.forget();
    const ends = (await act()) ?? 0;
    const { open_mode: mode, restricted, masked, rows } = (await stage.moments()).at(-1)!;
    const told = readLogEvents(await stage.log()).filter(({ event }) => event !== "progress");
    const events = told.map(({ phase, event, code }) => [phase, event, code].filter(Boolean).join(" "));
    // PID 1 and the state machine both begin with it.
    const last = events.slice(Math.max(0, events.lastIndexOf("created start")));
    chapters.push({ title, ends, events: last, open: mode === "READ WRITE" && !restricted, masked, rows });
  };
  const apply = async (): Promise<void> => stage.apply(await seeded.manifests());
  await chapter("first start", async () => {
    await apply();
    await stage.untilReady();
  });
  await chapter("changed while open", async () => {
    await seeded.change("open_cursors: 500", "open_cursors: 800");
    await apply();
    while (!/phase=open event=done/.test(await stage.log())) await new Promise((resolve) => setTimeout(resolve, 100));
  });
  await chapter("killed", async () => {
    await stage.kill();
    await stage.untilReady();
  });
  await chapter("a masking script that fails", async () => {
    await seeded.changeFile(MASKING, "UPDATE", "UPDATE HR.NO_SUCH SET A = 1;\nUPDATE");
    await seeded.reseed();
    await apply();
    return stage.untilCrashLoop();
  });
  await chapter("mended", async () => {
    await seeded.changeFile(MASKING, "UPDATE HR.NO_SUCH SET A = 1;\n", "");
    await seeded.reseed();
    await apply();
    await stage.untilReady();
  });
  return chapters;
}

describe.skipIf(missingForNode() !== null)("the same story on a real kubelet and in the stand-in", () => {
  let node: SeededNode;
  let seeded: SeededWorld;
  let cluster: Cluster;

  beforeAll(async () => {
    node = await SeededNode.start();
    seeded = await SeededWorld.start(await mkdtemp(join(tmpdir(), "seedbed-story-")), (target) =>
      pushBaseImage(target, "gvenzl-free"),
    );
    cluster = startCluster({
      folder: join(seeded.world.folder, "story"),
      registries: [{ host: seeded.world.registry.host, ...seeded.puller }],
      secrets: seeded.secrets,
      world: { rawMarker: "@corp.example" },
      timing: TIMING,
      probing: true,
      secondMilliseconds: 50,
    });
  });

  afterAll(async () => {
    await cluster?.close();
    await seeded?.close();
    await node?.close();
  });

  async function real(): Promise<Stage> {
    const { database } = node;
    let from: LogMark | undefined;
    await node.seeded.changeFile(SETTINGS, "/dev }", "/dev, pull_secret: { kind: existing, name: pull } }");
    let template = "";
    return {
      seeded: node.seeded,
      apply: async (files) => {
        const before = await database.pod();
        await database.apply(files);
        await node.writeSecrets();
        await node.writeLogin("pull");
        const now = files.find(({ path }) => path.endsWith("40-database.yaml"))!.text.split("kind: StatefulSet")[1]!;
        if (before && template !== "" && now !== template) await database.untilReplaced(before);
        template = now;
      },
      untilReady: async () => void (await database.untilReady()),
      untilCrashLoop: async () =>
        (await database.until(({ state }) => state.waiting?.reason === "CrashLoopBackOff")).restartCount + 1,
      kill: async () => {
        const before = await database.until(({ ready }) => ready);
        await database.signal("KILL");
        await database.until(({ restartCount }) => restartCount > before.restartCount);
      },
      forget: async () => void (from = await database.mark()),
      log: () => database.log(from),
      moments: async () => node.moments(),
    };
  }

  function standIn(): Stage {
    const database = cluster.database("hr");
    let from = 0;
    let exits = 0;
    const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
      while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    return {
      seeded,
      apply: async (files) => {
        await cluster.sync("hr", files);
        // The end of the pod before is not one of this pod's container.
        exits = database.exits.length;
      },
      untilReady: () => until(() => database.pod.ready()),
      untilCrashLoop: async () => {
        await until(() => database.pod.waiting.startsWith("CrashLoopBackOff"));
        return database.exits.length - exits;
      },
      kill: () => database.pod.kill9(),
      forget: async () => void (from = (await database.pod.log()).length),
      log: async () => (await database.pod.log()).subarray(from).toString("utf8"),
      moments: () => database.moments(),
    };
  }

  test("is told by both in the same words", async () => {
    const [seen, imitated] = [await play(await real()), await play(standIn())];
    expect(seen.map(({ title, open, masked }) => ({ title, open, masked }))).toEqual([
      { title: "first start", open: true, masked: true },
      { title: "changed while open", open: true, masked: true },
      { title: "killed", open: true, masked: true },
      { title: "a masking script that fails", open: false, masked: false },
      { title: "mended", open: true, masked: true },
    ]);
    expect(seen.map(({ ends }) => ends)).toEqual([0, 0, 0, 2, 0]);
    expect(imitated).toEqual(seen);
  });
});
