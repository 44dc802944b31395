import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { connectHost } from "../../src/adapters/ssh/host.ts";
import { SeedbedError } from "../../src/problem/error.ts";
import { generateKeys } from "../world/ssh/keys.ts";
import { listenOnLoopback, logIn, setUp } from "./ssh-setup.ts";

type Target = Parameters<typeof connectHost>[0];

async function refusal(target: Target, options = {}): Promise<SeedbedError> {
  const outcome = await connectHost(target, options).then(
    (host) => host.close().then(() => "logged in"),
    (error: unknown) => error,
  );
  if (outcome instanceof SeedbedError) return outcome;
  throw new Error(`expected a SeedbedError, got ${inspect(outcome)}`);
}

describe("logging in to the SSH host", () => {
  test("refuses a host with another key before it sends a login, and shows both fingerprints with their types", async () => {
    const { host, target } = await setUp({ faults: { wrongHostKey: true } });
    const error = await refusal(target);
    expect(error.code).toBe("ssh-host-key-mismatch");
    const fingerprints = error.message.match(/ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}/g) ?? [];
    expect(new Set(fingerprints).size).toBe(2);
    expect(error.message).toContain(`expected ${fingerprints[0]}`);
    expect(error.fix).toContain("host_key");
    expect(host.counters).toEqual({ connections: 0, refused: 0, bytes_read: 0 });
    await expect.poll(() => host.openSockets()).toBe(0);
  });

  test("shows the types when the host has a key of another type than the settings name", async () => {
    const { target } = await setUp();
    const rsa = `ssh-rsa ${Buffer.concat([Buffer.from([0, 0, 0, 7]), Buffer.from("ssh-rsa rest")]).toString("base64")}`;
    const error = await refusal({ ...target, hostKey: rsa });
    expect(error.code).toBe("ssh-host-key-mismatch");
    expect(error.message).toMatch(/expected ssh-rsa SHA256:\S{43}\noffered {2}ssh-ed25519 SHA256:\S{43}$/);
  });

  test.each([
    ["nothing", ""],
    ["a type alone", "ssh-ed25519"],
    ["a fingerprint", "SHA256:abcdefgh"],
    ["a key under another type", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIFakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFake"],
  ])("refuses settings whose host key is %s, without connecting", async (_what, hostKey) => {
    const { host, target } = await setUp();
    expect((await refusal({ ...target, hostKey })).code).toBe("ssh-host-key-invalid");
    expect(host.openSockets()).toBe(0);
  });

  test("says which public key was refused", async () => {
    const { host, target } = await setUp();
    const stranger = await generateKeys();
    const error = await refusal({ ...target, privateKey: stranger.private });
    expect(error.code).toBe("ssh-auth-failed");
    expect(error.message).toMatch(/dump@127\.0\.0\.1:\d+ refused the login with the key ssh-ed25519 SHA256:\S{43}/);
    expect(host.refusals).toEqual(["login of dump by publickey"]);
    expect(host.counters.connections).toBe(0);
  });

  test("is refused under another user's name", async () => {
    const { host, target } = await setUp();
    expect((await refusal({ ...target, user: "root" })).code).toBe("ssh-auth-failed");
    expect(host.refusals).toEqual(["login of root by publickey"]);
  });

  test("takes an encrypted key with its passphrase, and says when it is missing or wrong", async () => {
    const keys = await generateKeys("correct horse");
    const { host, target } = await setUp({ authorizedKeys: [keys.public] });
    const locked = { ...target, privateKey: keys.private };
    expect((await refusal(locked)).code).toBe("ssh-key-passphrase-missing");
    expect((await refusal({ ...locked, passphrase: "wrong" })).code).toBe("ssh-key-passphrase-wrong");
    await logIn({ ...locked, passphrase: "correct horse" });
    expect(host.counters.connections).toBe(1);
  });

  test("no error holds the private key or its passphrase, however deep one looks", async () => {
    const canary = "canary-passphrase-8841";
    const keys = await generateKeys(canary);
    const stranger = await generateKeys(canary);
    const { host, target } = await setUp({ authorizedKeys: [keys.public] });
    const secret = { ...target, privateKey: keys.private, passphrase: canary };
    const errors = [
      await refusal({ ...secret, privateKey: stranger.private }),
      await refusal({ ...secret, passphrase: `${canary}-wrong` }),
      await refusal({ ...secret, privateKey: keys.private.slice(0, 200) }),
      await refusal({ ...secret, privateKey: `not a key ${canary}` }),
      await refusal({ ...secret, port: 1 }),
      await refusal({ ...secret, hostKey: (await generateKeys()).public }),
      await factsOf(secret, "/nowhere/x"),
    ];
    host.faults.noSftp = true;
    const source = await logIn(secret);
    errors.push(
      await source.list("/dump").then(
        () => Promise.reject(new Error("listed")),
        (error) => error,
      ),
    );
    const lines = keys.private.split("\n").filter((line) => line.length > 20 && !line.startsWith("-----"));
    const seen = errors.map((error) => inspect(error, { depth: 30, showHidden: true })).join("\n");
    const host_ = inspect(source, { depth: 4 });
    expect(lines.length).toBeGreaterThan(3);
    for (const word of [canary, ...lines]) expect(`${seen}\n${host_}`).not.toContain(word);
    expect(errors.at(-1)).toMatchObject({ code: "ssh-sftp-refused" });
  });

  test("says that nothing listens there", async () => {
    const { target, host } = await setUp();
    await host.close();
    const error = await refusal(target);
    expect(error.code).toBe("ssh-unreachable");
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.message).toContain("The port refused the connection.");
  });

  test("says that the name is not known", async () => {
    const { target } = await setUp();
    const error = await refusal({ ...target, host: "no-such-host.invalid" });
    expect(error.code).toBe("ssh-unreachable");
    expect(error.message).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });

  test("does not wait for ever for a host that says nothing", async () => {
    const { target } = await setUp();
    const port = await listenOnLoopback(() => undefined);
    const error = await refusal({ ...target, port }, { connect: 200 });
    expect(error.code).toBe("ssh-timeout");
  });

  test("says when something else than SSH answers, or the connection is dropped", async () => {
    const { target } = await setUp();
    const http = await listenOnLoopback((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect((await refusal({ ...target, port: http }, { connect: 2_000 })).code).toBe("ssh-unreachable");
    const dropping = await listenOnLoopback((socket) => socket.destroy());
    expect((await refusal({ ...target, port: dropping }, { connect: 2_000 })).code).toBe("ssh-unreachable");
  });

  test("logging out leaves no connection behind", async () => {
    const { host, target } = await setUp();
    const source = await connectHost(target);
    await source.list("/dump");
    expect(host.openSockets()).toBe(2);
    await source.close();
    await expect.poll(() => host.openSockets()).toBe(0);
    await expect(source.list("/dump")).rejects.toMatchObject({ code: "ssh-connection-lost" });
    expect(host.counters.connections).toBe(2);
  });
});

async function factsOf(target: Target, path: string): Promise<unknown> {
  const source = await connectHost(target);
  try {
    return await source.facts(path);
  } finally {
    await source.close();
  }
}
