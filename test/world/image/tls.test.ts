import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Authority } from "../certificates.ts";
import { makeBase, type RunningBase } from "./running-base.ts";

/**
 * orapki: Oracle Database Security Guide 23ai, "orapki Utility Commands Summary", and the messages of oraclepki.jar. The listener:
 * configTcps.sh in oracle/docker-images ("Reload wouldn't work here"); TNS-00540 for a wallet that it cannot read, which is what reports say
 * of a missing one and of a PKCS#12 file made by openssl.
 */
describe("the wallet and the listener of Oracle's images", () => {
  let base: RunningBase;
  let authority: Authority;
  let wallet: string;

  beforeAll(async () => {
    base = await makeBase("free-26ai");
    authority = new Authority();
    const { "tls.crt": certificate, "tls.key": key } = authority.issue(["db.example"]);
    await writeFile(join(base.root, "pair.pem"), certificate + key);
    const args = ["pkcs12", "-export", "-in", "pair.pem", "-out", "pair.p12", "-passout", "pass:p12_secret"];
    execFileSync("openssl", args, { cwd: base.root });
    wallet = join(base.root, "wallet");
    await mkdir(wallet);
  });
  afterAll(async () => {
    authority.remove();
    await base.remove();
  });

  const orapki = (verb: string, stdin: string, ...more: string[]) =>
    base.run(["orapki", "wallet", verb, "-wallet", wallet, ...more], stdin);
  const p12 = () => ["-pkcs12file", join(base.root, "pair.p12")];

  it("is refused without a password that fits and is given twice", async () => {
    expect((await orapki("create", "short1\nshort1\n", "-auto_login")).out).toContain("PKI-01002");
    expect((await orapki("create", "onlyletters\nonlyletters\n", "-auto_login")).out).toContain("PKI-01002");
    expect((await orapki("create", "secret_1\nsecret_2\n", "-auto_login")).out).toContain("PKI-01003");
    expect(existsSync(join(wallet, "cwallet.sso"))).toBe(false);
  });

  it("is made once, for its owner alone, and takes a PKCS#12 file with both passwords", async () => {
    expect(await orapki("import_pkcs12", "secret_1\np12_secret\n", ...p12())).toMatchObject({
      status: 1,
      out: expect.stringContaining("PKI-02003"),
    });
    expect((await orapki("create", "secret_1\nsecret_1\n", "-auto_login")).status).toBe(0);
    expect(statSync(join(wallet, "cwallet.sso")).mode & 0o777).toBe(0o600);
    expect((await orapki("create", "secret_1\nsecret_1\n", "-auto_login")).out).toContain("PKI-02001");
    expect((await orapki("import_pkcs12", "wrong_one\np12_secret\n", ...p12())).out).toContain("PKI-02002");
    expect((await orapki("import_pkcs12", "secret_1\nwrong\n", ...p12())).out).toContain("PKI-02002");
  });

  it("without a certificate does not start a listener over TLS; with one it listens where the summary says, until it is stopped", async () => {
    const home = join(base.root, base.image.home);
    const env = { ORACLE_HOME: home };
    const lsnrctl = (verb: string) => base.run(["lsnrctl", verb], "", env);
    await writeFile(join(base.root, ".world/listener.json"), JSON.stringify({ port: 0 }));
    await writeFile(
      join(home, "network/admin/listener.ora"),
      `LISTENER = (DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=0.0.0.0)(PORT=1521))(ADDRESS=(PROTOCOL=TCPS)(HOST=0.0.0.0)(PORT=2484)))\nWALLET_LOCATION = (SOURCE = (METHOD = FILE)(METHOD_DATA = (DIRECTORY = ${wallet})))\n`,
    );
    for (const prepare of [async () => {}, () => copyFile(join(base.root, "pair.p12"), join(wallet, "ewallet.p12"))]) {
      await prepare();
      expect(await lsnrctl("start")).toMatchObject({ status: 1, out: expect.stringContaining("TNS-00540") });
      expect((await lsnrctl("status")).out).toContain("TNS-12541");
    }
    expect((await orapki("import_pkcs12", "secret_1\np12_secret\n", ...p12())).status).toBe(0);
    expect(await lsnrctl("start")).toMatchObject({
      status: 0,
      out: expect.stringMatching(/PROTOCOL=tcps\).*PORT=\d+/),
    });
    expect((await lsnrctl("start")).out).toContain("TNS-01106");
    expect((await lsnrctl("status")).out).toMatch(/PROTOCOL=tcps/);
    expect((await lsnrctl("stop")).status).toBe(0);
    expect((await lsnrctl("status")).out).toContain("TNS-12541");
  });

  it("is not for gvenzl's image, which has no Java", async () => {
    const small = await makeBase("gvenzl-free");
    expect((await small.run(["orapki", "wallet", "create"])).status).toBe(127);
    await small.remove();
  });
});
