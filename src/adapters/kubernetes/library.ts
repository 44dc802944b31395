import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { PortForward } from "@kubernetes/client-node/dist/portforward.js";
import { WebSocketHandler } from "@kubernetes/client-node/dist/web-socket-handler.js";
import WebSocket from "isomorphic-ws";

/**
 * What is used of Kubernetes' client library: kubeconfigs with their logins, and forwarded ports. Its clients of every kind would make
 * the command line's bundle twice as large, and this port needs three requests. In `dist/` this file is a bundle of its own, which is
 * read when a cluster is asked (esbuild.config.ts).
 */
export const library = { KubeConfig, PortForward, WebSocketHandler, WebSocket };
