import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isOurPath } from "../../../bot/decide/main/commits/our-path.ts";
import { writeMain } from "../../../bot/write/write-main.ts";
import { startMainWorld, type MainWorld } from "./main-world.ts";

describe("what the bot may write on main", () => {
  let world: MainWorld;
  beforeAll(async () => {
    world = await startMainWorld();
  });
  afterAll(() => world.close());

  test.each([
    "environments/hr/approval.yaml",
    "environments/hr/seed.lock.yaml",
    "environments/hr/manifests/fleet.yaml",
    "environments/a-b-2/manifests/more/30-database.yaml",
  ])("is %s", (path) => {
    expect(isOurPath(path)).toBe(true);
  });

  const foreign = [
    ".github/workflows/provision.yml",
    ".github/seedbed.yml",
    "README.md",
    "environments/hr/database_config.yaml",
    "environments/hr/scripts/mask.sql",
    "environments/hr/approval.yaml.bak",
    "environments/hr/x/approval.yaml",
    "environments/approval.yaml",
    "environments/HR/approval.yaml",
    "environments/h/approval.yaml",
    "environments/hr-/approval.yaml",
    "environments/../.github/approval.yaml",
    "environments/hr/manifests",
    "environments/hr/manifests/",
    "environments/hr/manifests/../database_config.yaml",
    "environments/hr/manifests/./x.yaml",
    "environments/hr/manifests//x.yaml",
    "environments/hr/manifests/.git",
    "environments/hr/manifests/a\nb.yaml",
    "/environments/hr/approval.yaml",
    "environments/hr/approval.yaml\n",
    "x/environments/hr/approval.yaml",
  ];
  test.each(foreign)("is never %j, whether it is written or removed", async (path) => {
    expect(isOurPath(path)).toBe(false);
    const head = (await world.hub.git.head("main"))!;
    const before = world.github.calls.writes.length;
    const file = { path: "environments/hr/approval.yaml", text: "x\n" };
    const written = writeMain(world.hub, head, { message: "m", write: [file, { path, text: "x" }], remove: [] });
    await expect(written).rejects.toMatchObject({ code: "main-path-forbidden" });
    const removed = writeMain(world.hub, head, { message: "m", write: [file], remove: [path] });
    await expect(removed).rejects.toMatchObject({ code: "main-path-forbidden" });
    expect(world.github.calls.writes.length).toBe(before);
    expect(await world.hub.git.head("main")).toBe(head);
  });
});
