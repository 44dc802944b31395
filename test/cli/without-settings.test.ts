import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { REQUEST, SETTINGS, startRepository, type TestRepository } from "./repository.ts";

const INLINE = `  ssh:
    host: db1.example
    user: dump
    host_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILuX21c8BlYGgjeVgS9sw107tPqnJmlWGv/6DlEVd9vZ
  host: 127.0.0.1
  port: 1521
  service_name: HRPDB
  directory: SEEDBED_DIR
`;

let repository: TestRepository;

beforeEach(async () => {
  repository = await startRepository();
  await rm(join(repository.folder, SETTINGS));
  await repository.change(REQUEST, "  name: hr-prod\n", INLINE);
  repository.commit();
});
afterEach(() => repository.remove());

it("a source that is written out is exported into a folder without settings", async () => {
  expect(await repository.run("seed", "hr", "--to", "dump")).toMatchObject({
    code: 2,
    err: expect.stringContaining("error[secrets-missing]"),
  });
});

it("validate and the other commands say that there is no more than that", async () => {
  expect(await repository.run("validate")).toMatchObject({ code: 0, out: expect.stringContaining("--to <folder>") });
  for (const command of ["plan", "render"])
    expect(await repository.run(command)).toMatchObject({ code: 2, err: expect.stringContaining("--to <folder>") });
});
