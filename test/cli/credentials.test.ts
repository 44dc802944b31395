import { describe, expect, it } from "vitest";
import { readCredentials, type SecretStore } from "../../src/cli/credentials.ts";
import { nameInputs, nameVariables } from "../../src/credentials/secret-names.ts";

const environment = {
  SEEDBED_SSH_PRIVATE_KEY: "-----BEGIN-----\nkey\n-----END-----\n",
  SEEDBED_SOURCE_USER: "EXPORTER",
  SEEDBED_SOURCE_PASSWORD: "one",
  SEEDBED_REGISTRY_USERNAME: "pusher",
  SEEDBED_REGISTRY_PASSWORD: "two",
  SEEDBED_BASE_USERNAME: "puller",
  SEEDBED_BASE_PASSWORD: "three",
};

function place(changes: Record<string, string | undefined> = {}, files: Record<string, string> = {}): SecretStore {
  return {
    environment: { ...environment, ...changes },
    readFile: async (path) => {
      const text = files[path];
      if (text === undefined)
        throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: "ENOENT" });
      return text;
    },
  };
}

describe("readCredentials", () => {
  it("reads every secret from its variable", async () => {
    expect(await readCredentials(place(), "image")).toEqual({
      sshPrivateKey: environment.SEEDBED_SSH_PRIVATE_KEY,
      sshPassphrase: undefined,
      sourceUser: "EXPORTER",
      sourcePassword: "one",
      registry: { username: "pusher", password: "two" },
      base: { username: "puller", password: "three" },
    });
  });

  it.each([
    ["one\n", "one"],
    ["one\r\n", "one"],
    ["one\n\n", "one\n"],
    [" one ", " one "],
    ["one", "one"],
  ])("takes the one line feed that editors add off a file, and nothing else: %j", async (text, password) => {
    const changes = { SEEDBED_SOURCE_PASSWORD: undefined, SEEDBED_SOURCE_PASSWORD_FILE: "/p" };
    expect(await readCredentials(place(changes, { "/p": text }), "image")).toMatchObject({ sourcePassword: password });
  });

  it("keeps a private key's last line end, and reads the passphrase from a file too", async () => {
    const changes = {
      SEEDBED_SSH_PRIVATE_KEY: undefined,
      SEEDBED_SSH_PRIVATE_KEY_FILE: "/key",
      SEEDBED_SSH_PASSPHRASE_FILE: "/phrase",
    };
    const read = await readCredentials(place(changes, { "/key": "KEY\n", "/phrase": "open\n" }), "image");
    expect(read).toMatchObject({ sshPrivateKey: "KEY\n", sshPassphrase: "open" });
  });

  it("says whose password is missing also where the account is there", async () => {
    const read = readCredentials(place({ SEEDBED_SOURCE_PASSWORD: "" }), "image");
    await expect(read).rejects.toThrow("SEEDBED_SOURCE_PASSWORD (set, but empty): password of SEEDBED_SOURCE_USER");
  });

  it("asks for no registry where the dump goes into a folder", async () => {
    const none = {
      SEEDBED_REGISTRY_USERNAME: undefined,
      SEEDBED_REGISTRY_PASSWORD: undefined,
      SEEDBED_BASE_USERNAME: undefined,
      SEEDBED_BASE_PASSWORD: "",
    };
    expect(await readCredentials(place(none), "folder")).toMatchObject({ sourcePassword: "one" });
  });

  it.each([undefined, "", " "])(
    "takes a registry without a login for one that Docker may have a login for: %j",
    async (value) => {
      const none = { SEEDBED_REGISTRY_USERNAME: value, SEEDBED_REGISTRY_PASSWORD: value };
      expect(await readCredentials(place(none), "image")).toMatchObject({
        registry: null,
        base: { username: "puller", password: "three" },
      });
    },
  );

  it("refuses half a login", async () => {
    const half = { SEEDBED_BASE_PASSWORD: "", SEEDBED_REGISTRY_USERNAME: undefined };
    await expect(readCredentials(place(half), "image")).rejects.toThrow(
      [
        "2 secrets are missing or empty:",
        "  SEEDBED_REGISTRY_USERNAME: account that may push seed images",
        "  SEEDBED_BASE_PASSWORD (set, but empty): password or token of SEEDBED_BASE_USERNAME",
      ].join("\n"),
    );
  });

  it("never says a value", async () => {
    const changes = { SEEDBED_SOURCE_USER: undefined, SEEDBED_SOURCE_PASSWORD_FILE: "/p" };
    await expect(readCredentials(place(changes), "image")).rejects.toThrow(
      /^Both SEEDBED_SOURCE_PASSWORD and SEEDBED_SOURCE_PASSWORD_FILE are set\.$/,
    );
  });
});

describe("names of secrets", () => {
  it("are inputs in a workflow and variables on the command line", () => {
    expect(nameInputs("ssh_passphrase")).toBe("the input ssh_passphrase");
    expect(nameInputs("base_username", "base_password")).toBe("the inputs base_username and base_password");
    expect(nameVariables("ssh_passphrase")).toBe("SEEDBED_SSH_PASSPHRASE");
    expect(nameVariables("base_username", "base_password")).toBe("SEEDBED_BASE_USERNAME and SEEDBED_BASE_PASSWORD");
  });
});
