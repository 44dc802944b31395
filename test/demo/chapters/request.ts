import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Stage } from "../stage.ts";
import { renderDemoSettings } from "../settings.ts";

const REQUEST = "environments/hr/database_config.yaml";

/** Shows the simulated systems and creates a repository with settings. */
export async function openWorld(stage: Stage): Promise<void> {
  const { world, tell } = stage;
  tell.output(
    [
      `source      Oracle 19c behind ssh://dump@127.0.0.1:${world.ssh.port} (a TNS server for the unmodified oracledb driver)`,
      `registry    ${world.registry.host}, login required; base image base/free@${world.baseDigest.slice(0, 19)}…`,
      `cluster     stand-ins for Fleet and a kubelet`,
    ].join("\n"),
  );
  await mkdir(join(stage.repository, ".github"), { recursive: true });
  await stage.git("init", "--quiet", "--initial-branch=main");
  await stage.write(".github/seedbed.yml", renderDemoSettings(world));
  await stage.commit("Settings: one source, one registry, one cluster");
}

/** A developer's first attempt has two mistakes; both are reported at once, each on its line. */
export async function writeRequest(stage: Stage, examples: string): Promise<void> {
  const { tell } = stage;
  await stage.seedbed(["init", "hr", "--owner", "ada"]);
  const good = await readFile(join(examples, "hr/database_config.yaml"), "utf8");
  await cp(join(examples, "hr/scripts"), join(stage.repository, "environments/hr/scripts"), { recursive: true });
  await writeFile(
    join(stage.repository, REQUEST),
    good.replace("keep_dump:", "keep_dmp:").replace('"0 2 * * *"', '"0 25 * * *"'),
  );
  tell.say("Ada fills it in and makes two mistakes:");
  const wrong = await stage.seedbed(["validate", "hr"]);
  const lineOf = (text: string) => good.split("\n").findIndex((line) => line.includes(text)) + 1;
  const places = [lineOf("keep_dump:"), lineOf("0 2 * * *")];
  tell.prove({
    what: "all mistakes are reported at once, each on its line",
    observed: `exit ${wrong.code}; lines ${places.join(" and ")}`,
    where: "chapter 2",
    holds: wrong.code === 1 && places.every((line) => wrong.stdout.includes(`database_config.yaml:${line}:`)),
  });
  tell.say("She corrects both:");
  await writeFile(join(stage.repository, REQUEST), good);
  const right = await stage.seedbed(["validate", "hr"], { show: (line) => /^\d+ (?:error|warning)/.test(line) });
  if (right.code !== 0) throw new Error("the corrected request does not validate");
  await stage.seedbed(["plan", "hr"]);
  const rendered = await stage.seedbed(["render"], { show: (line) => /^(wrote|hr:)/.test(line) });
  const database = await stage.read("environments/hr/manifests/40-database.yaml");
  tell.prove({
    what: "manifests exist before any data",
    observed: "seed pending, replicas 0: no image is pulled yet",
    where: "databases/environments/hr/manifests/40-database.yaml",
    holds: rendered.stdout.includes("seed pending") && /^ {2}replicas: 0$/m.test(database),
  });
}
