/** Seeded violations around the rooms that Action and bot share: name, file, text, rule. */
export const CLIENT_ROOMS: [name: string, path: string, text: string, rule: string][] = [
  [
    "a library in what Action and bot share of GitHub",
    "src/github/client.ts",
    "import { Octokit } from '@octokit/rest'; export const a = Octokit;",
    "no-restricted-imports",
  ],
  [
    "the network in the choice of a proxy",
    "src/http/net.ts",
    "import { connect } from 'node:net'; export const a = connect;",
    "no-restricted-imports",
  ],
  [
    "a stage in what Action and bot share of GitHub",
    "src/github/stage.ts",
    "import { a } from '../door/decide.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "GitHub in the door",
    "src/door/github.ts",
    "import { a } from '../github/tree.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "a port in the judgement of a cluster",
    "src/cluster/port.ts",
    "import { a } from '../ports/cluster.ts'; export const b = a;",
    "no-restricted-imports",
  ],
  [
    "Kubernetes' library outside its adapter",
    "src/use-cases/library.ts",
    "import { KubeConfig } from '@kubernetes/client-node'; export const a = KubeConfig;",
    "no-restricted-imports",
  ],
  [
    "a fetch of its own in the bot",
    "bot/reconcile/fetch.ts",
    "import fetch from 'node-fetch'; export const a = fetch;",
    "no-restricted-imports",
  ],
];
