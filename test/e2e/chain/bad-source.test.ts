import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { generateKeys } from "../../world/ssh/keys.ts";
import { Chain } from "./chain.ts";
import { expectRefused } from "./expect-refused.ts";

const REQUEST = "environments/hr/database_config.yaml";
const SECRETS = ["SEEDBED_SSH_PRIVATE_KEY", "SEEDBED_SOURCE_USER", "SEEDBED_SOURCE_PASSWORD"];
// Half of a registry's login: the whole may be left out.
const HALF = "SEEDBED_BASE_USERNAME";

let chain: Chain;
let sound: string;
beforeAll(async () => {
  chain = await Chain.open();
  sound = await chain.git("rev-parse", "HEAD");
});
afterEach(() => chain.restore(sound));
afterAll(() => chain.close());

describe("secrets", () => {
  it("that are missing or empty are all named at once, and nothing is connected to", async () => {
    const environment = Object.fromEntries([...SECRETS, HALF].map((name) => [name, undefined]));
    const missing = await expectRefused(
      chain,
      ["seed", "hr"],
      {
        code: 2,
        says: [
          "4 secrets are missing or empty",
          ...SECRETS,
          HALF,
          "or <NAME>_FILE to a file",
          "No connection was made",
        ],
      },
      { environment: { ...environment, SEEDBED_SOURCE_PASSWORD: " \n" } },
    );
    expect(missing.stderr).toContain("SEEDBED_SOURCE_PASSWORD (set, but empty)");
    await expectRefused(
      chain,
      ["seed", "hr"],
      {
        code: 2,
        says: ["1 secret is missing or empty:\n  SEEDBED_SOURCE_USER: database account that runs the export"],
      },
      { environment: { SEEDBED_SOURCE_USER: undefined } },
    );
  });

  it("that are given twice are refused", async () => {
    await expectRefused(
      chain,
      ["seed", "hr", "--json"],
      {
        code: 2,
        says: ["Both SEEDBED_SOURCE_PASSWORD and SEEDBED_SOURCE_PASSWORD_FILE are set", "Set only one of them"],
      },
      { environment: { SEEDBED_SOURCE_PASSWORD_FILE: "/dev/null" } },
    );
  });

  it("in a file that cannot be read are named with their variable", async () => {
    await expectRefused(
      chain,
      ["seed", "hr"],
      {
        code: 2,
        says: ["SEEDBED_SOURCE_PASSWORD_FILE cannot be read: ENOENT", "Set SEEDBED_SOURCE_PASSWORD_FILE to a file"],
      },
      { environment: { SEEDBED_SOURCE_PASSWORD: undefined, SEEDBED_SOURCE_PASSWORD_FILE: "/nowhere/password" } },
    );
  });

  it("are asked for before anything is connected to", async () => {
    const { ssh, logons } = await chain.world.counts();
    expect([ssh.connections, ssh.refused, logons.ok, logons.refused]).toEqual([0, 0, 0, 0]);
  });
});

describe("a work tree", () => {
  it("that is not clean is refused, and its paths are named", async () => {
    await chain.edit(REQUEST, "open_cursors: 500", "open_cursors: 600");
    await chain.write("environments/hr/scripts/new file.sql", "-- not committed\n");
    await expectRefused(chain, ["seed", "hr"], {
      code: 2,
      says: ["work-tree-not-clean", REQUEST, "environments/hr/scripts/new file.sql", "Commit or stash them"],
    });
    const { ssh } = await chain.world.counts();
    expect(ssh.connections).toBe(0);
  });
});

describe("the SSH host", () => {
  it("with another key than the settings' is refused with both fingerprints, before any login", async () => {
    chain.world.ssh.faults.wrongHostKey = true;
    const { ssh: before } = await chain.world.counts();
    const ran = await expectRefused(chain, ["seed", "hr"], {
      code: 2,
      says: ["ssh-host-key-mismatch", "a different host key", "`host_key` of the source in .github/seedbed.yml"],
    });
    const [, expected, offered] =
      /expected ssh-ed25519 SHA256:([\w+/]{43})\noffered {2}ssh-ed25519 SHA256:([\w+/]{43})\n/.exec(ran.stderr) ?? [];
    expect(expected).toBe(await fingerprintOf(chain.world.ssh.hostKey));
    expect(offered).toHaveLength(43);
    expect(offered).not.toBe(expected);
    expect((await chain.world.counts()).ssh, "logins that were tried").toEqual(before);
    chain.world.ssh.faults.wrongHostKey = false;
  });

  it("that does not know our key says so with the key's fingerprint and the variable to correct", async () => {
    const other = await generateKeys();
    const ran = await expectRefused(
      chain,
      ["seed", "hr"],
      {
        code: 2,
        says: ["refused the login with the key ssh-ed25519 SHA256:", "authorized_keys", "SEEDBED_SSH_PRIVATE_KEY"],
      },
      { environment: { SEEDBED_SSH_PRIVATE_KEY: other.private, SEEDBED_SSH_PASSPHRASE: undefined } },
    );
    expect(ran.stderr).toContain(await fingerprintOf(other.public));
    expect(ran.all).not.toContain(other.private.split("\n")[2]);
  });

  it.each([
    ["no passphrase", { SEEDBED_SSH_PASSPHRASE: undefined }, "Set SEEDBED_SSH_PASSPHRASE"],
    ["a wrong passphrase", { SEEDBED_SSH_PASSPHRASE: "not-it" }, "Correct SEEDBED_SSH_PASSPHRASE"],
    [
      "half a key",
      { SEEDBED_SSH_PRIVATE_KEY: "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA" },
      "in SEEDBED_SSH_PRIVATE_KEY",
    ],
  ])("is not asked with %s; the variable is named", async (_what, environment, fix) => {
    const { ssh: before } = await chain.world.counts();
    const ran = await expectRefused(chain, ["seed", "hr"], { code: 2, says: [fix] }, { environment });
    expect(ran.all, "words of the Action on the command line").not.toMatch(/\binputs?\b|ssh_p/);
    expect((await chain.world.counts()).ssh).toEqual(before);
  });

  it("that is not there is named with its port and the settings' keys", async () => {
    await chain.edit(".github/seedbed.yml", /port: \d+, user: dump/, "port: 1, user: dump");
    await chain.commit("A port where nobody listens");
    await expectRefused(chain, ["seed", "hr"], {
      code: 2,
      says: ["dump@127.0.0.1:1 cannot be reached", "ECONNREFUSED", "The port refused the connection", "`ssh.port`"],
    });
  });

  it("that leads to no listener says so", async () => {
    await chain.edit(".github/seedbed.yml", "host: 127.0.0.1, port: 1521", "host: 127.0.0.1, port: 1522");
    await chain.commit("Another listener");
    await expectRefused(chain, ["seed", "hr"], {
      code: 2,
      says: ["refused to forward to 127.0.0.1:1522", "PermitOpen"],
    });
  });
});

describe("the database", () => {
  it("that refuses the password is quoted and explained, and asked once", async () => {
    const { logons: before } = await chain.world.counts();
    const password = "not-the-password-51ab";
    const ran = await expectRefused(
      chain,
      ["seed", "hr", "--json"],
      {
        code: 2,
        says: [
          "ORA-01017: invalid username/password; logon denied",
          "The user name or the password is wrong.",
          "Correct SEEDBED_SOURCE_USER and SEEDBED_SOURCE_PASSWORD",
        ],
      },
      { environment: { SEEDBED_SOURCE_PASSWORD: password } },
    );
    const { error } = JSON.parse(ran.stdout) as { error: { code: string; message: string; fix: string } };
    expect(error.code).toBe("source-ora-01017");
    expect(ran.stderr).toContain(error.fix);
    expect(ran.all).not.toContain(password);
    expect((await chain.world.counts()).logons).toEqual({ ok: before.ok, refused: before.refused + 1 });
  });

  it("that has no such service says which key is wrong", async () => {
    await chain.edit(".github/seedbed.yml", "service_name: HRPDB", "service_name: NOPDB");
    await chain.commit("Another service");
    await expectRefused(chain, ["seed", "hr"], {
      code: 2,
      says: [/NJS-518|ORA-12514/, "Correct service_name of the source"],
    });
  });

  it("that has no such schema and no such table says both at once, with near names", async () => {
    await chain.edit(".github/seedbed.yml", "schemas: [HR, OE]", "schemas: [HR, OE, OEE]");
    await chain.edit(REQUEST, "name: OE", "name: OEE");
    await chain.edit(REQUEST, "name: EMPLOYEES", "name: EMPLOYES");
    await chain.commit("Two names that are not there");
    await expectRefused(chain, ["seed", "hr"], {
      code: 2,
      says: [
        "The source has no schema OEE.",
        "Did you mean OE?",
        "HR has no table EMPLOYES whose rows can be exported.",
        "Did you mean EMPLOYEES?",
        "source_database.schemas",
      ],
    });
  });

  it("that lets the account use no such directory says what the DBA has to grant", async () => {
    await chain.edit(".github/seedbed.yml", "directory: SEEDBED_DIR", "directory: OTHER_DIR");
    await chain.commit("Another directory");
    await expectRefused(chain, ["seed", "hr"], {
      code: 2,
      says: [/OTHER_DIR/, /GRANT READ, WRITE ON DIRECTORY OTHER_DIR TO SEEDBED_EXPORT/],
    });
  });
});

/** As `ssh-keygen -l` prints it, by our own reading of the public line. */
async function fingerprintOf(line: string): Promise<string> {
  const bytes = Buffer.from(line.split(" ")[1]!, "base64");
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Buffer.from(hash).toString("base64").replace(/=+$/, "");
}

describe("secrets in files", () => {
  it("work like variables, with the line feed that editors add", async () => {
    const file = join(chain.folder, "password");
    await writeFile(file, "not-the-password-51ab\n");
    await chmod(file, 0o600);
    await expectRefused(
      chain,
      ["seed", "hr"],
      { code: 2, says: ["ORA-01017"] },
      { environment: { SEEDBED_SOURCE_PASSWORD: undefined, SEEDBED_SOURCE_PASSWORD_FILE: file } },
    );
    await writeFile(file, `${chain.world.environment["SEEDBED_SOURCE_PASSWORD"]}\n`);
    await chain.edit(".github/seedbed.yml", "directory: SEEDBED_DIR", "directory: OTHER_DIR");
    await chain.commit("Ends after the logon");
    await expectRefused(
      chain,
      ["seed", "hr"],
      { code: 2, says: ["OTHER_DIR"] },
      { environment: { SEEDBED_SOURCE_PASSWORD: undefined, SEEDBED_SOURCE_PASSWORD_FILE: file } },
    );
  });
});
