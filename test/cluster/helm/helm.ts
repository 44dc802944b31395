import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { clusterAssets } from "../assets.ts";
import type { ControlPlane } from "../control-plane.ts";
import type { Tree } from "../manifests/trees.ts";

/** How a call of Helm ended. */
export interface Ended {
  code: number;
  said: string;
}

/**
 * Helm as Fleet's agent uses it: the library of Helm 4, server-side apply, a chart whose manifests are the bundle's files byte for byte, and no templating
 * of them (https://fleet.rancher.io/ref-bundle-stages). Releases are named and placed as a tree's fleet.yaml says.
 */
export class Helm {
  readonly #plane: ControlPlane;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
  }

  install(tree: Tree): Promise<Ended> {
    return this.#withChart(tree, ["install", "--create-namespace"]);
  }

  upgrade(tree: Tree): Promise<Ended> {
    return this.#withChart(tree, ["upgrade"]);
  }

  uninstall(tree: Tree): Promise<Ended> {
    const { name, namespace } = releaseOf(tree);
    return this.run(["uninstall", name, "--namespace", namespace]);
  }

  async #withChart(tree: Tree, [command, ...options]: [string, ...string[]]): Promise<Ended> {
    const { name, namespace } = releaseOf(tree);
    const chart = await writeChart(tree, this.#plane.folder);
    const ended = await this.run([command, name, chart, "--namespace", namespace, "--server-side=true", ...options]);
    await rm(chart, { recursive: true });
    return ended;
  }

  /** Begins an operation that waits for pods that nobody runs, and kills Helm once `isBegun`, as where Fleet's agent dies. */
  async interrupt(tree: Tree, command: "install" | "upgrade", isBegun: () => Promise<boolean>): Promise<void> {
    const { name, namespace } = releaseOf(tree);
    const chart = await writeChart(tree, this.#plane.folder);
    const options = ["--namespace", namespace, "--server-side=true", "--wait", "--timeout", "10m"];
    const running = execa(
      join(await clusterAssets(), "bin/helm"),
      [command, name, chart, ...options, ...(command === "install" ? ["--create-namespace"] : [])],
      { ...this.#options(), reject: false },
    );
    while (!(await isBegun())) await new Promise((resolve) => setTimeout(resolve, 20));
    running.kill("SIGKILL");
    await running;
    await rm(chart, { recursive: true });
  }

  /** Any other call of Helm. */
  async run(args: string[]): Promise<Ended> {
    const helm = join(await clusterAssets(), "bin/helm");
    const { exitCode = -1, all } = await execa(helm, args, { ...this.#options(), reject: false, all: true });
    return { code: exitCode, said: all };
  }

  /** Its files stay in the cluster's folder, and what the person who runs the tests has set for Helm is not seen. */
  #options() {
    const { folder, kubeconfig } = this.#plane;
    return { env: { PATH: process.env["PATH"], HOME: folder, KUBECONFIG: kubeconfig }, extendEnv: false } as const;
  }
}

interface FleetFile {
  defaultNamespace: string;
  helm: { releaseName: string };
}

function releaseOf({ name, files }: Tree): { name: string; namespace: string } {
  const file = files.find(({ path }) => path.endsWith("/fleet.yaml"));
  if (!file) throw new Error(`${name} has no fleet.yaml`);
  const { defaultNamespace, helm } = parse(file.text) as FleetFile;
  return { name: helm.releaseName, namespace: defaultNamespace };
}

const TEMPLATE = `{{- range $path, $_ := .Files.Glob "manifests/*.yaml" }}
---
{{ $.Files.Get $path }}
{{- end }}
`;

async function writeChart({ files }: Tree, folder: string): Promise<string> {
  const chart = await mkdtemp(join(folder, "chart-"));
  for (const below of ["manifests", "templates"]) await mkdir(join(chart, below));
  await writeFile(join(chart, "Chart.yaml"), "apiVersion: v2\nname: bundle\nversion: 0.1.0\n");
  await writeFile(join(chart, "templates/all.yaml"), TEMPLATE);
  for (const { path, text } of files.filter((file) => !file.path.endsWith("fleet.yaml")))
    await writeFile(join(chart, "manifests", basename(path)), text);
  return chart;
}
