import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { BASE_IMAGES } from "./profiles.ts";
import { buildBaseRootfs, containerPath } from "./rootfs.ts";

// See the comment in rootfs.ts.
const [command, folder = "", profile = "gvenzl-free"] = process.argv.slice(2);
if (command === "build" && profile in BASE_IMAGES)
  await buildBaseRootfs(resolve(folder), { profile: profile as keyof typeof BASE_IMAGES });
else if (command === "path") {
  const { name } = JSON.parse(readFileSync(join(folder, ".world/profile.json"), "utf8")) as {
    name: keyof typeof BASE_IMAGES;
  };
  process.stdout.write(containerPath(resolve(folder), BASE_IMAGES[name]));
} else {
  process.stderr.write(`usage: run-by-hand.ts build <folder> ${Object.keys(BASE_IMAGES).join("|")} | path <folder>\n`);
  process.exitCode = 2;
}
