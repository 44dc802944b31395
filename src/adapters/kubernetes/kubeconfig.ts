import { existsSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { User } from "@kubernetes/client-node/dist/config_types.js";
import type { ClusterChoice, ServerLogin } from "../../ports/cluster.ts";
import { messageOf, SeedbedError } from "../../problem/error.ts";
import { listNames, suggestName } from "../../text/near-names.ts";
import type { library } from "./library.ts";

export type Library = typeof library;
type Environment = Record<string, string | undefined>;

/** A service account's token, where this runs in a pod (kubernetes.io, "Accessing the Kubernetes API from a Pod"). */
const POD_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/**
 * The kubeconfig as kubectl reads it (kubernetes.io, "Organizing Cluster Access Using kubeconfig Files"): the file that is named; else the
 * files of `KUBECONFIG`, of which the first to set a value wins; else `~/.kube/config`; else a pod's own account. With the wanted context.
 */
export function loadKubeconfig({ KubeConfig }: Library, choice: ClusterChoice, environment: Environment): KubeConfig {
  const config = new KubeConfig();
  if (choice.at !== undefined) return loadLogin(config, choice.at);
  const files = listFiles(choice, environment);
  for (const file of files) addFile(config, readOne(new KubeConfig(), file), file);
  if (files.length === 0 && isInPod(environment)) config.loadFromCluster();
  else if (files.length === 0) throw missing(choice, environment);
  chooseContext(config, choice, files);
  return config;
}

function loadLogin(config: KubeConfig, { name, url, token, ca }: ServerLogin): KubeConfig {
  const authorities = ca === undefined ? {} : { caData: Buffer.from(ca).toString("base64") };
  config.loadFromOptions({
    clusters: [{ name, server: url, skipTLSVerify: false, ...authorities }],
    users: [{ name: "token", token }],
    contexts: [{ name, cluster: name, user: "token" }],
    currentContext: name,
  });
  return config;
}

function isInPod(environment: Environment): boolean {
  return environment["KUBERNETES_SERVICE_HOST"] !== undefined && existsSync(POD_TOKEN);
}

function listFiles({ kubeconfig }: ClusterChoice, environment: Environment): string[] {
  if (kubeconfig !== undefined) return [kubeconfig];
  const named = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  const usual =
    named.length > 0 ? named : [join(environment["HOME"] ?? environment["USERPROFILE"] ?? "", ".kube/config")];
  return usual.filter((file) => existsSync(file));
}

function missing({ kubeconfig }: ClusterChoice, environment: Environment): SeedbedError {
  const named = kubeconfig ?? environment["KUBECONFIG"] ?? "";
  const where = named === "" ? "KUBECONFIG is not set, and there is no ~/.kube/config" : `There is no file ${named}`;
  return new SeedbedError("kubeconfig-missing", `${where}: no cluster is known.`, {
    fix: "Download the cluster's kubeconfig (in Rancher: the cluster's page, Download KubeConfig) and name it with --kubeconfig or KUBECONFIG.",
  });
}

function readOne(config: KubeConfig, file: string): KubeConfig {
  try {
    config.loadFromFile(file);
    return config;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The parser quotes the line that it stumbles on, which may hold a token: its reason and place alone are said. */
function unreadable(file: string, error: unknown): SeedbedError {
  const { reason, mark, code } = error as { reason?: string; mark?: { line: number }; code?: string };
  const said = reason === undefined ? (code ?? messageOf(error)) : `${reason}, line ${(mark?.line ?? 0) + 1}`;
  return new SeedbedError("kubeconfig-invalid", `The kubeconfig ${file} cannot be read: ${said}`, {
    fix: code === "ENOENT" ? "Correct the path." : "Download it again, or compare it with: kubectl config view",
  });
}

/** Entries of an earlier file win, and the library refuses them twice. */
function addFile(config: KubeConfig, from: KubeConfig, file: string): void {
  for (const cluster of from.getClusters()) if (config.getCluster(cluster.name) === null) config.addCluster(cluster);
  for (const user of from.getUsers())
    if (config.getUser(user.name) === null) config.addUser(preparePlugin(user, dirname(file)));
  for (const context of from.getContexts())
    if (config.getContextObject(context.name) === null) config.addContext(context);
  const current = config.getCurrentContext();
  if (current === undefined || current === "") config.setCurrentContext(from.getCurrentContext());
}

interface Plugin {
  apiVersion?: string;
  command?: string;
  env?: { name: string; value: string }[] | null;
}

/**
 * A login plugin as client-go starts it: a path is relative to the kubeconfig, and `KUBERNETES_EXEC_INFO` says that nobody can answer
 * questions (kubernetes.io, "Authenticating", client-go credential plugins). The library does neither.
 */
function preparePlugin(user: User, folder: string): User {
  const plugin = user.exec as Plugin | undefined | null;
  if (plugin?.command === undefined) return user;
  const apiVersion = plugin.apiVersion ?? "client.authentication.k8s.io/v1";
  const info = JSON.stringify({ apiVersion, kind: "ExecCredential", spec: { interactive: false } });
  const isPath = /[/\\]/.test(plugin.command) && !isAbsolute(plugin.command);
  const command = isPath ? join(folder, plugin.command) : plugin.command;
  const env = [{ name: "KUBERNETES_EXEC_INFO", value: info }, ...(plugin.env ?? [])];
  return { ...user, exec: { ...plugin, command, env } };
}

function chooseContext(config: KubeConfig, { context }: ClusterChoice, files: readonly string[]): void {
  const names = config.getContexts().map(({ name }) => name);
  const wanted = context ?? config.getCurrentContext() ?? "";
  const where = files.length === 0 ? "The pod's account" : `The kubeconfig ${files.join(", ")}`;
  if (wanted === "")
    throw new SeedbedError("context-missing", `${where} has no current context.`, {
      fix: `Name one with --context: ${listNames(names)}.`,
    });
  if (!names.includes(wanted))
    throw new SeedbedError("context-unknown", `${where} has no context ${wanted}; it has ${listNames(names)}.`, {
      fix: suggestName(wanted, names, "Name one of them with --context."),
    });
  config.setCurrentContext(wanted);
  for (const [what, found] of [
    ["cluster", config.getCurrentCluster()],
    ["user", config.getCurrentUser()],
  ] as const)
    if (found === null)
      throw new SeedbedError(
        "context-incomplete",
        `The context ${wanted} names a ${what} that ${where} does not have.`,
        {
          fix: "Download the kubeconfig again, or compare it with: kubectl config view",
        },
      );
}
