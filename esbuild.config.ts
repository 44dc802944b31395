import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { ssh2Plugin } from "./src/adapters/ssh/ssh2-edits.ts";

// `node esbuild.config.ts` writes dist/; with --check it builds into a temporary folder and compares.
const TOP = import.meta.dirname;
const LARGEST = 4_000_000;

// Packages in CommonJS ask for require and __dirname, which a module has not.
const BANNER = `import { createRequire as createBundleRequire } from "node:module";
import { dirname as bundleDirname } from "node:path";
import { fileURLToPath as bundlePath } from "node:url";
const require = createBundleRequire(import.meta.url), __filename = bundlePath(import.meta.url), __dirname = bundleDirname(__filename);`;

/** The toolkit's client for identity tokens brings an HTTP library of 0.8 MB along, and nothing here asks for such a token. */
const withoutIdentityTokens: Plugin = {
  name: "without-identity-tokens",
  setup(builder) {
    builder.onLoad({ filter: /@actions[\\/]core[\\/]lib[\\/]oidc-utils\.js$/ }, () => ({
      contents: `export class OidcClient { static getIDToken() { throw new Error("This bundle asks for no identity token."); } }`,
      loader: "js",
    }));
  },
};

/** node-fetch brings streams of the web along for a Node without them: 0.2 MB that nothing reads on Node 24. */
const withoutStreamPolyfill: Plugin = {
  name: "without-stream-polyfill",
  setup(builder) {
    builder.onLoad({ filter: /[\\/]web-streams-polyfill[\\/]/ }, () => ({
      contents: `throw new Error("This Node has no streams of the web.");`,
      loader: "js",
    }));
  },
};

/** The command line's first file is small and readable by an old Node; it leaves the bundle beside it to be imported when it runs. */
const bundleBeside: Plugin = {
  name: "bundle-beside",
  setup(builder) {
    builder.onResolve({ filter: /^\.\/cli\.ts$/ }, () => ({ path: "./seedbed.js", external: true }));
  },
};

/**
 * Two libraries lie beside the command line's bundle, which would be larger than the limit with them: Kubernetes' client, which is only
 * read when a cluster is asked, and Oracle's driver.
 */
const librariesBeside: Plugin = {
  name: "libraries-beside",
  setup(builder) {
    const leave = (path: string) => (kind: string) => (kind === "entry-point" ? null : { path, external: true });
    const [kubernetes, oracledb] = [leave("./kubernetes.js"), leave("./oracledb.js")];
    builder.onResolve({ filter: /^\.\/library\.ts$/ }, ({ kind }) => kubernetes(kind));
    builder.onResolve({ filter: /^oracledb$/ }, ({ kind }) => oracledb(kind));
  },
};

/**
 * Kubernetes' client brings an old node-fetch for requests that nothing here makes by it: 0.4 MB, and a warning of Node's about its
 * punycode at every start.
 */
const withoutOldFetch: Plugin = {
  name: "without-old-fetch",
  setup(builder) {
    builder.onLoad({ filter: /@kubernetes[\\/]client-node[\\/].*[\\/]?node-fetch[\\/]lib[\\/]index\.m?js$/ }, () => ({
      contents: `export const Headers = globalThis.Headers;
export default function fetch() { throw new Error("This bundle sends no request by the client's own fetch."); }`,
      loader: "js",
    }));
  },
};

async function buildLauncher(folder: string): Promise<void> {
  await build({
    absWorkingDir: TOP,
    entryPoints: { cli: "src/launch.ts" },
    outdir: folder,
    bundle: true,
    platform: "node",
    target: "es2022",
    format: "esm",
    plugins: [bundleBeside],
    logLevel: "warning",
  });
  await chmod(join(folder, "cli.js"), 0o755);
}

/** The bundles of the Action, and those of the command line. */
const BUNDLES: { entryPoints: Record<string, string>; plugins: Plugin[] }[] = [
  { entryPoints: { main: "src/main.ts", post: "src/post.ts" }, plugins: [] },
  {
    entryPoints: {
      seedbed: "src/cli.ts",
      kubernetes: "src/adapters/kubernetes/library.ts",
      oracledb: "oracledb",
    },
    plugins: [librariesBeside, withoutOldFetch],
  },
];

/** Builds everything that dist/ holds into a folder. */
async function buildInto(folder: string): Promise<void> {
  const outputs: Metafile["outputs"] = {};
  for (const { entryPoints, plugins } of BUNDLES) {
    const { metafile } = await build({
      absWorkingDir: TOP,
      entryPoints,
      outdir: folder,
      bundle: true,
      platform: "node",
      target: "node24",
      format: "esm",
      charset: "utf8",
      legalComments: "inline",
      banner: { js: BANNER },
      external: ["*.node", "cpu-features"],
      plugins: [...plugins, ssh2Plugin, withoutIdentityTokens, withoutStreamPolyfill],
      metafile: true,
      logLevel: "warning",
    });
    Object.assign(outputs, metafile.outputs);
  }
  for (const [path, { bytes }] of Object.entries(outputs))
    if (bytes >= LARGEST) throw new Error(`${path} has ${bytes} bytes; ${LARGEST} are the limit`);
  await buildLauncher(folder);
  await writeFile(join(folder, "licenses.txt"), await listLicenses(outputs));
  await cp(join(TOP, "src/container/runtime"), join(folder, "container/runtime"), { recursive: true });
  await cp(join(TOP, "src/templates"), join(folder, "templates"), {
    recursive: true,
    filter: (path) => !path.endsWith(".ts"),
  });
}

/** The licence texts of every package of which a byte is in a bundle, by name. */
async function listLicenses(outputs: Metafile["outputs"]): Promise<string> {
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = new Set(files.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = await Promise.all([...folders].map(describePackage));
  return texts.toSorted((a, b) => (a < b ? -1 : 1)).join(`\n${"-".repeat(80)}\n\n`);
}

async function describePackage(folder: string): Promise<string> {
  const about = JSON.parse(await readFile(join(TOP, folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: unknown;
  };
  const names = (await readdir(join(TOP, folder)))
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    .toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(TOP, folder, name), "utf8")));
  const licence = typeof about.license === "string" ? about.license : "see below";
  return `${about.name} ${about.version} (${licence})\n\n${texts.map((text) => text.trim()).join("\n\n")}\n`;
}

/** Paths that differ between two folders. */
async function compareFolders(left: string, right: string): Promise<string[]> {
  const [a, b] = await Promise.all([readFolder(left), readFolder(right)]);
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path)).toSorted();
}

async function readFolder(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (path) => [relative(folder, path), await readFile(path, "latin1")] as const)),
  );
}

/** Names every file of dist/ that a build of these sources would make otherwise; true when there is none. */
async function isFresh(dist: string): Promise<boolean> {
  const fresh = await mkdtemp(join(tmpdir(), "seedbed-dist-"));
  try {
    await buildInto(fresh);
    const stale = await compareFolders(dist, fresh);
    for (const path of stale) process.stderr.write(`stale: dist/${path}\n`);
    return stale.length === 0;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

const dist = join(TOP, "dist");
if (!process.argv.includes("--check")) {
  await rm(dist, { recursive: true, force: true });
  await buildInto(dist);
} else if (!(await isFresh(dist))) {
  process.stderr.write("Run npm run build, and commit dist/.\n");
  process.exitCode = 1;
}
