import type { Stage } from "../stage.ts";
import { openMoments, rawAndOpen } from "../journal.ts";
import { countImports, sum, waitForStart } from "./container.ts";
import { UNDO_TOO_SHORT } from "../undo-too-short.ts";

const REQUEST = "environments/hr/database_config.yaml";

/** Changes a parameter: no export, no import, no restart. */
export async function changeParameter(stage: Stage): Promise<void> {
  const { tell, world } = stage;
  const before = {
    counts: await world.counts(),
    imports: await countImports(stage),
    starts: stage.database.pod.starts,
  };
  await stage.write(REQUEST, (await stage.read(REQUEST)).replace("open_cursors: 500", "open_cursors: 800"));
  await stage.seedbed(["plan", "hr"]);
  await stage.seedbed(["render", "hr"], { show: (line) => line.startsWith("wrote") });
  await stage.commit("More cursors");
  const events = (await stage.database.pod.events()).length;
  await stage.sync();
  await waitForApplied(stage, events);
  const changed = (await stage.database.moments()).filter(({ event }) => event.includes("open_cursors=800"));
  const counts = await world.counts();
  tell.prove({
    what: "changing a parameter needs no export, import or restart",
    observed: `set ${changed.length} time while the database was open; ${counts.exports.started - before.counts.exports.started} exports, ${(await countImports(stage)) - before.imports} imports, ${stage.database.pod.starts - before.starts} restarts`,
    where: "cluster/hr/journal.jsonl; world.json: exports",
    holds:
      changed.length === 1 &&
      changed[0]!.open_mode === "READ WRITE" &&
      counts.exports.started === before.counts.exports.started &&
      (await countImports(stage)) === before.imports &&
      stage.database.pod.starts === before.starts,
  });
}

async function waitForApplied(stage: Stage, seen: number): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const events = (await stage.database.pod.events()).slice(seen);
    if (events.some(({ phase, event }) => phase === "open" && (event === "done" || event === "skip"))) return;
    if (Date.now() > end) throw new Error("the change was not applied within 60 s");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** An export fails halfway: the error quotes Oracle, nothing is left behind, and the database is unchanged. */
export async function failExport(stage: Stage): Promise<void> {
  const { tell, world } = stage;
  const before = {
    rows: await stage.database.rows(),
    starts: stage.database.pod.starts,
    lock: await stage.read("environments/hr/seed.lock.yaml"),
  };
  world.source.pump.failNext(UNDO_TOO_SHORT);
  const failed = await stage.seedbed(["seed", "hr"], {
    show: (line) => !/^\s*(\. \.|Processing|Starting|\*\*|Dump file|SEEDBED_)/.test(line),
  });
  const counts = await world.counts();
  const untouched =
    before.lock === (await stage.read("environments/hr/seed.lock.yaml")) &&
    (await stage.git("status", "--porcelain")) === "";
  tell.prove({
    what: "a failed export changes nothing",
    observed: `exit ${failed.code} with ORA-01555; ${counts.data_pump.jobs_left.length} jobs and ${counts.data_pump.files_left.length} files left on the source; lock and database unchanged`,
    where: "world.json: data_pump; databases/ (git status)",
    holds:
      failed.code === 2 &&
      failed.stderr.includes("ORA-01555") &&
      counts.data_pump.jobs_left.length + counts.data_pump.files_left.length === 0 &&
      untouched &&
      stage.database.pod.starts === before.starts &&
      sum(await stage.database.rows()) === sum(before.rows),
  });
}

/** The source has new rows; the import of the reseed is killed halfway and still completes after the restart. */
export async function reseed(stage: Stage): Promise<void> {
  const { tell, world } = stage;
  const before = {
    lock: await stage.lock(),
    rows: await stage.database.rows(),
    moments: (await stage.database.moments()).length,
  };
  const rows = Array.from({ length: 250 }, (_, index) => [
    9001 + index,
    "New",
    "Colleague",
    `new${index}@corp.example`,
    "+49 30 1",
    "2026-11-01",
    "CLERK",
    3000,
    1,
    10,
  ]);
  world.source.data.insert("HR", "EMPLOYEES", rows);
  tell.say("250 people were hired. Ada seeds the same request again:");
  const seeded = await stage.seedbed(["seed", "hr"], {
    show: (line) => /^(hr:| {2}\S|image)/.test(line) && !/done in|SEEDBED_|\. \./.test(line),
  });
  if (seeded.code !== 0) throw new Error("the reseed failed");
  const lock = await stage.lock();
  await stage.commit("Reseed hr: new colleagues");
  const { pod } = stage.database;
  const starts = pod.starts;
  await stage.sync();
  await waitForStart(stage, starts);
  tell.say(
    "Fleet restarts the pod with the new image. Halfway through the import, all processes of the container are killed (kill -9):",
  );
  await killInImport(stage, before.moments);
  await waitForStart(stage, starts + 1);
  await stage.follow((phase, event) => phase === "open" && event === "done", 90);
  await stage.database.waitForOpen(30);
  const moments = (await stage.database.moments()).slice(before.moments);
  const now = await stage.database.rows();
  tell.prove({
    what: "a reseed replaces the data on the old volume",
    observed: `HR.EMPLOYEES ${before.rows["HR.EMPLOYEES"]} → ${now["HR.EMPLOYEES"]} rows; dump set ${before.lock.dump_set!.digest.slice(7, 19)} → ${lock.dump_set!.digest.slice(7, 19)}, generation ${lock.generation}`,
    where: "cluster/hr/journal.jsonl; databases/environments/hr/seed.lock.yaml",
    holds:
      now["HR.EMPLOYEES"] === before.rows["HR.EMPLOYEES"]! + 250 &&
      sum(now) === lock.dump_set!.rows &&
      lock.generation === before.lock.generation + 1,
  });
  const killed = pod.exits.filter(({ killed: was }) => was).length;
  tell.prove({
    what: "kill -9 during the import is recovered from",
    observed: `${killed} kills so far, and the database is open again; of ${openMoments(moments).length} snapshots with the database open, ${rawAndOpen(moments).length} had unmasked data`,
    where: "cluster/hr/journal.jsonl",
    holds: killed === 2 && rawAndOpen(moments).length === 0 && openMoments(moments).length > 0,
  });
}

async function killInImport(stage: Stage, seen: number): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const moments = (await stage.database.moments()).slice(seen);
    if (moments.some(({ event }) => event.endsWith(" half"))) break;
    if (Date.now() > end) throw new Error("no import began within 60 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await stage.database.pod.kill9();
  stage.tell.output(`killed in phase ${stage.database.exits.at(-1)?.phase ?? "?"}`);
}
