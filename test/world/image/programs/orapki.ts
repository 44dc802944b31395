import { existsSync, readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { hostPath } from "../database/files.ts";
import { containerRoot, readInput } from "./surroundings.ts";
import { readAutoLogin, writeWallet } from "./wallet.ts";

// orapki: `wallet create -wallet F -auto_login` and `wallet import_pkcs12 -wallet F -pkcs12file P`, as Oracle's own configTcps.sh calls
// them (oracle/docker-images): without -pwd and -pkcs12pwd the passwords are asked for, and read from stdin. Messages: Oracle Database
// Security Guide, "orapki Utility Commands Summary", and the texts in oraclepki.jar, which are quoted in public.

class Refusal extends Error {}

const root = containerRoot();
const [group, verb, ...rest] = process.argv.slice(2);

function optionsOf(words: string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < words.length; at += 1) {
    const name = words[at]!;
    if (!["-wallet", "-pkcs12file", "-auto_login"].includes(name)) throw new Refusal(`Unknown parameter: ${name}`);
    found.set(name, name === "-auto_login" ? "" : (words[(at += 1)] ?? ""));
  }
  return found;
}

function folderOf(options: Map<string, string>): string {
  const folder = options.get("-wallet");
  if (!folder) throw new Refusal("Missing parameter: -wallet");
  return hostPath(root, folder);
}

function create(options: Map<string, string>, [password = "", again = ""]: string[]): void {
  const folder = folderOf(options);
  if (!options.has("-auto_login")) throw new Refusal("this stand-in only makes wallets with -auto_login");
  if (existsSync(`${folder}/ewallet.p12`)) throw new Refusal(`PKI-02001: A wallet already exists at: ${folder}`);
  if (password.length < 8 || !/[A-Za-z]/.test(password) || !/[^A-Za-z]/.test(password))
    throw new Refusal(
      "PKI-01002: Invalid password. Passwords must have a minimum length of eight characters and contain alphabetic characters combined with numbers or special characters.",
    );
  if (password !== again) throw new Refusal("PKI-01003: Passwords did not match.");
  writeWallet(folder, { password, entry: null });
}

function importPkcs12(options: Map<string, string>, [password = "", passphrase = ""]: string[]): void {
  const folder = folderOf(options);
  const wallet = readAutoLogin(folder);
  if (wallet === null) throw new Refusal(`PKI-02003: Unable to load the wallet at: ${folder}`);
  if (wallet.password !== password) throw new Refusal("PKI-02002: Unable to open the wallet. Check password.");
  const file = hostPath(root, options.get("-pkcs12file") ?? "");
  if (!existsSync(file)) throw new Refusal(`PKI-07003: Unable to find file at : ${file}`);
  const pfx = readFileSync(file);
  try {
    createSecureContext({ pfx, passphrase });
  } catch {
    // Wrong password, or no PKCS#12 at all: orapki does not tell them apart either.
    throw new Refusal(`PKI-02002: Unable to open the wallet. Check password.`);
  }
  writeWallet(folder, { password, entry: { pfx: pfx.toString("base64"), passphrase } });
}

process.stdout.write("Oracle PKI Tool Release 23.0.0.0.0 - Production\n");
try {
  const options = optionsOf(rest);
  const passwords = (await readInput()).split("\n");
  if (group !== "wallet") throw new Refusal(`Unknown command: ${group ?? ""}`);
  if (verb === "create") create(options, passwords);
  else if (verb === "import_pkcs12") importPkcs12(options, passwords);
  else throw new Refusal(`Unknown wallet command: ${verb ?? ""}`);
  process.stdout.write("Operation is successfully completed.\n");
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
}
