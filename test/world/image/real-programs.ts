import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/** Replaces each link to a program of this machine by the program itself, with the libraries that it needs. */
export function replaceLinks(folder: string, root: string): void {
  const links = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isSymbolicLink());
  const programs = links.map((link) => realpathSync(link));
  for (const [at, link] of links.entries()) {
    rmSync(link);
    copyExecutable(programs[at]!, link);
  }
  copyLibraries(programs, root);
}

/** Copies a program of this machine into a root file system whose /bin, /lib and /lib64 are links below /usr. */
export function copyProgram(program: string, to: string, root: string): void {
  copyExecutable(program, to);
  copyLibraries([program], root);
}

function copyLibraries(programs: string[], root: string): void {
  for (const library of librariesOf(programs)) {
    const place = join(root, library.replace(/^\/(lib\w*)\//, "/usr/$1/"));
    if (!existsSync(place)) copyExecutable(realpathSync(library), place);
  }
}

function copyExecutable(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

/** As ldd(1) prints them for all programs at once; nothing for a script: "not a dynamic executable", and status 1. */
function librariesOf(programs: string[]): Set<string> {
  const { stdout, error } = spawnSync("ldd", programs, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  if (error) throw error;
  return new Set([...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1]!));
}
