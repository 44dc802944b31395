import { cleanUpExport } from "../export/clean-up-export.ts";
import { inspectSource } from "../export/inspect-source.ts";
import { planExport } from "../export/plan-export.ts";
import { type ExportOutcome, runExport } from "../export/run-export.ts";
import type { SourceReport } from "../export/source-report.ts";
import { renderFacts } from "../image/facts.ts";
import type { Digest } from "../digests/digest.ts";
import { streamDumpFile } from "../transfer/stream-dump-file.ts";
import { describeDumpSet } from "./dump-set-facts.ts";
import { openSource, type OpenSource } from "./open-source.ts";
import type { SeedOrder, SeedPorts } from "./seed-order.ts";
import type { StageLog } from "./stage-log.ts";

/** Takes the files of a dump set. */
export interface DumpFolder {
  write(name: string, bytes: AsyncIterable<Buffer>): Promise<void>;
}

type FolderOrder = Pick<SeedOrder, "database" | "seed" | "digests" | "source" | "run">;

/** Exports into a folder instead of an image: dump files and facts, for people without a registry. Returns the dump set's digest. */
export async function seedFolder(
  order: FolderOrder,
  ports: SeedPorts & { folder: DumpFolder },
  stages: StageLog,
): Promise<Digest> {
  const source = await openSource(order, ports);
  try {
    const { directory, service_name: service } = order.source;
    const report = await inspectSource({ seed: order.seed, directory, service }, { ...source, account: ports.account });
    const { database, digests, run } = order;
    const identity = { database, seedInputs: digests.seed_inputs, run, now: ports.clock.now() };
    const exported = await stages.run("export", async () => {
      const value = await runExport(planExport(order.seed, report, identity), { ...ports, ...source }, ports.signal);
      return { value, text: `${value.files.length} files, SCN ${value.scn}` };
    });
    return await take({ order, source, report, exported, stages }, ports);
  } finally {
    await source.close();
  }
}

interface Exported {
  order: FolderOrder;
  source: OpenSource;
  report: SourceReport;
  exported: ExportOutcome;
  stages: StageLog;
}

/** Whatever happens, the files leave the source. */
async function take(made: Exported, ports: SeedPorts & { folder: DumpFolder }): Promise<Digest> {
  const { order, source, report, exported, stages } = made;
  try {
    const files = await stages.run("download", () => download(exported, source, ports));
    const facts = renderFacts(describeDumpSet({ order, report, exported, files }), exported.rows);
    for (const { path, text } of facts.files) await ports.folder.write(path, once(text));
    return facts.digest;
  } finally {
    await cleanUpExport(exported, { ...source, clock: ports.clock });
  }
}

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

async function download(exported: ExportOutcome, { host }: OpenSource, ports: SeedPorts & { folder: DumpFolder }) {
  const files = [];
  for (const name of exported.files) {
    const path = `${exported.directory.path}/${name}`;
    const expected = await host.facts(path);
    if (expected === null) throw new Error(`${path} has gone while it was to be read`);
    const stream = streamDumpFile({ host, path, expected, log: ports.log, signal: ports.signal });
    await ports.folder.write(name, stream.bytes);
    const { bytes, sha256 } = await stream.finished;
    files.push({ name, bytes, sha256: sha256.slice("sha256:".length) });
  }
  return { value: files, text: `${files.length} files` };
}
