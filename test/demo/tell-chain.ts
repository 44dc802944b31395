import { join } from "node:path";
import type { World } from "../world/world.ts";
import { changeParameter, failExport, reseed } from "./chapters/change.ts";
import { backUp, flipOneByte, openDatabase, pullElsewhere, startAgain } from "./chapters/container.ts";
import { openWorld, writeRequest } from "./chapters/request.ts";
import { searchSecrets } from "./chapters/secrets.ts";
import { seedFirst } from "./chapters/seed.ts";
import type { Narrator } from "./narrator.ts";
import { Stage } from "./stage.ts";

/** The chain from the command line, without GitHub: request, export, image, container, and what goes wrong with them. */
export async function tellChain(world: World, tell: Narrator, top: string): Promise<void> {
  const stage = new Stage(world, tell, join(top, "src/cli.ts"));
  await tell.chapter(
    "The world",
    "A source database behind an SSH host, a registry, a cluster: each a strict stand-in on this machine, each speaking the real protocol.",
    () => openWorld(stage),
  );
  await tell.chapter(
    "A request",
    "Ada wants a copy of HR. She writes one file; mistakes come back with line, reason and fix; then the plan says what her request will cause.",
    () => writeRequest(stage, join(top, "environments")),
  );
  await tell.chapter(
    "The seed",
    "Export on the source with Data Pump through an SSH tunnel, the dump streamed over SFTP into image layers. The process may write below the repository only.",
    () => seedFirst(stage),
  );
  await tell.chapter(
    "Somebody else looks",
    "A second client, which shares no code with Seedbed, pulls the image by digest and checks every file.",
    () => pullElsewhere(stage),
  );
  await tell.chapter(
    "The database starts",
    "Only bytes of the pulled image and of the ConfigMaps run: import, masking, configuration, checks, and open at the very end.",
    async () => {
      await openDatabase(stage);
      await backUp(stage);
      await startAgain(stage);
      await flipOneByte(stage);
    },
  );
  await tell.chapter("A change costs what it touches", "A parameter is changed: it is applied while people work.", () =>
    changeParameter(stage),
  );
  await tell.chapter("An export that fails", "The source runs out of undo in the middle of the next export.", () =>
    failExport(stage),
  );
  await tell.chapter(
    "A reseed, killed in the middle",
    "The source has new rows. A new dump set, a new image, and a node that dies at the worst moment.",
    () => reseed(stage),
  );
  await tell.chapter("Secrets", "Each secret of this world is a canary.", () => searchSecrets(stage));
}
