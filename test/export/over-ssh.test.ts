import { afterEach, describe, expect, it } from "vitest";
import { connectSource } from "../../src/adapters/oracle/thin.ts";
import { connectHost } from "../../src/adapters/ssh/host.ts";
import { cleanUpExport } from "../../src/export/clean-up-export.ts";
import { inspectSource } from "../../src/export/inspect-source.ts";
import { planExport } from "../../src/export/plan-export.ts";
import { runExport } from "../../src/export/run-export.ts";
import { startTnsServer } from "../world/oracle/tns/server.ts";
import { startSshHost } from "../world/ssh/host.ts";
import { generateKeys } from "../world/ssh/keys.ts";
import { CANARY, openSource, sampleIdentity, sampleSeed } from "./source.ts";

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe("an export through an SSH host", () => {
  it("uses one way in for the session and for the log, and leaves nothing after cleaning up", async () => {
    const source = openSource();
    const listener = await startTnsServer({ engine: source.engine });
    const keys = await generateKeys();
    const ssh = await startSshHost({
      folders: { [source.folder]: source.folder },
      user: "dump",
      authorizedKeys: [keys.public],
      forwardTargets: { "127.0.0.1:1521": listener.port },
    });
    closing.push(
      source.remove,
      () => listener.close(),
      () => ssh.close(),
    );
    const { port, hostKey } = ssh;
    const host = await connectHost({ host: "127.0.0.1", port, hostKey, user: "dump", privateKey: keys.private });
    closing.push(() => host.close());
    const tunnel = await host.forward("127.0.0.1", 1521);
    const deadlines = { connect: 5000, call: 5000, grace: 500 };
    const logon = { tunnel, user: "seedbed", password: CANARY, serviceName: "HRPDB", deadlines };
    const database = await connectSource(logon);
    closing.push(() => database.close());
    const ports = { ...source.ports(), database, host };
    const seed = sampleSeed();
    const report = await inspectSource({ seed, directory: "SEEDBED_DIR", service: "HRPDB" }, ports);
    const plan = planExport(seed, report, sampleIdentity(seed));
    const outcome = await runExport(plan, ports, new AbortController().signal);
    expect(outcome.files).toEqual(source.counts().files_left.filter((name) => name.endsWith(".dmp")));
    expect(await cleanUpExport(outcome, ports)).toMatchObject({ left: [] });
    expect(source.counts()).toMatchObject({ jobs_left: [], files_left: [], statements_refused: 0 });
  });
});
