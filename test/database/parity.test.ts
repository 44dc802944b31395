import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startReaders, type Reader, type ReaderWorld } from "./five-readers.ts";
import { HOSTILE_FILES } from "./hostile-files.ts";
import type { HostileFolder } from "./hostile-folder.ts";
import { HOSTILE_PLACES } from "./hostile-places.ts";
import { startRequests, type RequestRepository } from "./request-repository.ts";
import type { Told } from "./told.ts";

/** What the door calls a problem of what a file says: the words and the place are everybody's. */
const CODES_OF_THE_DOOR = ["request-refused", "settings-invalid"];

describe("command line, pull request, main, door and verify say the same of", () => {
  let world: ReaderWorld;
  let requests: RequestRepository;
  let good: string;
  beforeAll(async () => {
    world = await startReaders();
    requests = await startRequests();
    good = requests.git("rev-parse", "HEAD").trim();
  });
  afterAll(async () => {
    await requests.remove();
    await world.close();
  });
  beforeEach(() => {
    requests.git("reset", "-q", "--hard", good);
    requests.git("clean", "-ffdxq");
  });

  test.each([...HOSTILE_FILES, ...HOSTILE_PLACES])(
    "$name",
    async (folder) => {
      const { database = "hr", severity = "error", make, onMain, unsigned } = folder;
      await make?.(requests);
      if (unsigned === undefined) await requests.permit(database);
      await onMain?.(requests);
      const spoilt = requests.commit();
      const said: Record<Reader, Told | null> = {
        validate: await requests.validate(severity),
        ...(await atGitHub(folder, spoilt)),
        verify: await verifyWithLock(folder),
      };
      for (const reader of Object.keys(said) as Reader[]) expectSame(folder, reader, said[reader]);
    },
    60_000,
  );

  async function atGitHub(
    folder: HostileFolder,
    spoilt: string,
  ): Promise<Pick<Record<Reader, Told | null>, "pull" | "main" | "door">> {
    const { database = "hr", severity = "error", onMain } = folder;
    await expectRefused(folder);
    const [from, to] = onMain === undefined ? [good, spoilt] : [spoilt, await changeRequest(database)];
    await world.take(requests);
    const pull = await world.pull(from, to, severity);
    requests.git("reset", "-q", "--hard", spoilt);
    return { pull, main: await world.main(spoilt, database), door: await world.door(spoilt, database) };
  }

  /** `plan` and `render` go on exactly where `validate` finds no error. */
  async function expectRefused({ name, told, severity = "error", others = {} }: HostileFolder): Promise<void> {
    const code = others.validate?.code ?? told?.[0] ?? null;
    for (const command of ["plan", "render"]) {
      const err = await requests.runs([command]);
      const refused = code !== null && severity === "error";
      expect({ name, command, err }).toEqual({
        name,
        command,
        err: refused ? expect.stringContaining(`error[${code}]`) : null,
      });
    }
    requests.git("clean", "-ffdxq");
    requests.git("checkout", "-q", "--", ".");
  }

  /** A pull request over what main has already. */
  async function changeRequest(database: string): Promise<string> {
    await requests.write(`environments/${database}/scripts/more.sql`, "SELECT 1 FROM t;\n");
    return requests.commit();
  }

  async function verifyWithLock({ database = "hr", onMain, unsigned }: HostileFolder): Promise<Told | null> {
    if (onMain === undefined && unsigned === undefined) {
      await requests.lock(database);
      requests.commit();
    }
    return requests.verify();
  }
});

function expectSame({ name, told, others = {} }: HostileFolder, reader: Reader, said: Told | null): void {
  const other = others[reader];
  if (other !== undefined) {
    expect({ name, reader, code: said?.code ?? null }).toEqual({ name, reader, code: other.code });
    return;
  }
  const expected = told === null ? null : { code: told[0], text: `${told[1]}: ${told[2]}` };
  if (said === null || expected === null || reader === "validate" || reader === "pull" || reader === "verify") {
    expect({ name, reader, said }).toEqual({ name, reader, said: expected });
    return;
  }
  // Prose around the first problem: its words and its place are in it before any other's.
  const first = /((?:environments|\.github)\S*:\d+:\d+: [^;]*?)(?:;|\.?$)/s.exec(said.text)?.[1];
  expect({ name, reader, first }).toEqual({ name, reader, first: expected.text });
  if (reader === "door") expect([expected.code, ...CODES_OF_THE_DOOR]).toContain(said.code);
}
