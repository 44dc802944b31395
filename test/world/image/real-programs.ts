import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/** Replaces each link to a program of this machine by the program itself, with the libraries that it needs. */
export function replaceLinks(folder: string, root: string): void {
  for (const name of readdirSync(folder)) {
    const link = join(folder, name);
    if (!lstatSync(link).isSymbolicLink()) continue;
    const program = realpathSync(link);
    rmSync(link);
    copyProgram(program, link, root);
  }
}

/** Copies a program of this machine into a root file system whose /bin, /lib and /lib64 are links below /usr. */
export function copyProgram(program: string, to: string, root: string): void {
  copyExecutable(program, to);
  for (const library of librariesOf(program)) {
    const place = join(root, library.replace(/^\/(lib\w*)\//, "/usr/$1/"));
    if (!existsSync(place)) copyExecutable(realpathSync(library), place);
  }
}

function copyExecutable(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

/** As ldd(1) prints them; nothing for a script. */
function librariesOf(program: string): string[] {
  try {
    const text = execFileSync("ldd", [program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return [...text.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1]!);
  } catch {
    // "not a dynamic executable", with status 1.
    return [];
  }
}
