import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa, execaSync } from "execa";
import pLimit from "p-limit";
import type { ControlPlane } from "../../cluster/control-plane.ts";
import { Helm } from "../../cluster/helm/helm.ts";
import { startPlaneWithKinds } from "../../cluster/manifests/plane-with-kinds.ts";
import { objectsOf, seededTree, type Tree } from "../../cluster/manifests/trees.ts";
import { readExample, readSettingsText } from "../../request/read-example.ts";
import type { Bench } from "../bench.ts";

/** Of the strict dry run of all objects of 200 databases: a check that a pull request would wait for. */
const GOALS = { dryRunSeconds: 5 };
const CHECKED = 200;
const INSTALLED = 50;
const AT_ONCE = 8;

/** A real control plane: how long the strict dry run of many databases takes, and each way to bring a database into the cluster, in turn. */
export const benchCluster: Bench = async (tell) => {
  const plane = await startPlaneWithKinds();
  try {
    const dryRunSeconds = await checkAll(plane);
    tell(`strict dry run of ${CHECKED} databases: ${dryRunSeconds} s`);
    const seconds = await installAll(waysInto(plane));
    for (const [name, took] of Object.entries(seconds)) tell(`${INSTALLED} databases by ${name}: ${rounded(took)} s`);
    return { figures: { dryRunSeconds, ...figuresOf(seconds) }, goals: GOALS };
  } finally {
    await plane.close();
  }
};

/** In turn, so that a machine that gets slower meanwhile is slower for each way. */
async function installAll(ways: Record<string, Way>): Promise<Record<string, number>> {
  const seconds = Object.fromEntries(Object.keys(ways).map((name) => [name, 0]));
  const turns = Array.from({ length: INSTALLED }, (_, at) => Object.entries(ways).map((way) => ({ at, way }))).flat();
  for (const {
    at,
    way: [name, bring],
  } of turns) {
    const tree = databaseOf(`${name}-${at}`);
    seconds[name]! += await timed(() => bring(tree));
  }
  return seconds;
}

function figuresOf(seconds: Record<string, number>): Record<string, number | null> {
  const of = (name: string): number | null => (seconds[name] === undefined ? null : rounded(seconds[name]));
  return { helmSeconds: of("helm"), applySeconds: of("apply"), kubectlSeconds: of("kubectl") };
}

/** The examples, under a name of their own. */
function databaseOf(database: string, example = "hr"): Tree {
  return seededTree({ files: { ...readExample(example), database }, settings: readSettingsText() });
}

async function checkAll({ client }: ControlPlane): Promise<number> {
  const trees = Array.from({ length: CHECKED }, (_, at) => databaseOf(`checked-${at}`, at % 2 === 0 ? "hr" : "orders"));
  const objects = trees.map(objectsOf);
  const atOnce = pLimit(AT_ONCE);
  const demand = async (wanted: Promise<{ status: number; message: string }>): Promise<void> => {
    const { status, message } = await wanted;
    if (status >= 300) throw new Error(message);
  };
  // What is in a namespace is only looked at where that is there.
  await Promise.all(objects.map(([space]) => atOnce(() => demand(client.apply(space!.object)))));
  const others = objects.flatMap((all) => all.slice(1));
  return rounded(
    await timed(() =>
      Promise.all(
        others.map(({ object, text }) => atOnce(() => demand(client.createText(text, object, { dryRun: true })))),
      ),
    ),
  );
}

type Way = (tree: Tree) => Promise<void>;

/** `kubectl` only where it is on the machine. */
function waysInto(plane: ControlPlane): Record<string, Way> {
  const helm = new Helm(plane);
  const hasKubectl = execaSync("kubectl", ["version", "--client"], { reject: false }).exitCode === 0;
  const ways: Record<string, Way> = {
    helm: async (tree) => {
      const { code, said } = await helm.install(tree);
      if (code !== 0) throw new Error(said);
    },
    apply: async (tree) => {
      for (const { object } of objectsOf(tree)) {
        const { status, message } = await plane.client.apply(object);
        if (status >= 300) throw new Error(message);
      }
    },
  };
  return hasKubectl ? { ...ways, kubectl: (tree) => applyByKubectl(tree, plane) } : ways;
}

async function applyByKubectl({ files }: Tree, { folder, kubeconfig }: ControlPlane): Promise<void> {
  const manifests = await mkdtemp(join(folder, "manifests-"));
  // fleet.yaml is none.
  for (const { path, text } of files.filter((file) => !file.path.endsWith("fleet.yaml")))
    await writeFile(join(manifests, basename(path)), text);
  await execa("kubectl", ["apply", "--server-side", "-f", manifests], {
    env: { KUBECONFIG: kubeconfig, HOME: folder },
  });
  await rm(manifests, { recursive: true });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
