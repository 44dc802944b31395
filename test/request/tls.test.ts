import { describe, expect, test } from "vitest";
import { parseRequest } from "../../src/request/parse-request.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { changeExample, exampleSettings, pointAt, problemsOf } from "./read-example.ts";

const ACCESS = '    namespaces: ["hr-*"]';
const TLS = `${ACCESS}\n    tls: true`;

/** What is wrong with the hr example, changed, under changed settings. */
function pointsOf(change: (settings: Settings) => void, from: string, to: string): string[] {
  const files = changeExample("hr", from, to);
  const problems = problemsOf(parseRequest(files, exampleSettings(change)));
  return problems
    .filter(({ code }) => code !== "no-expiry")
    .map((problem) => pointAt(problem, files.files["database_config.yaml"]!));
}

const oracles = ({ bases }: Settings): void => {
  bases["free-26ai"]!.profile = "free-26ai";
};

const offer = (settings: Settings): void => {
  const { clusters } = settings;
  oracles(settings);
  clusters["rke-dev"]!.certificates = { kind: "existing", name: "hr-tls" };
};

describe("a request may ask for Oracle Net over TLS", () => {
  test("where its cluster has certificates, and nowhere else", () => {
    expect(pointsOf(offer, ACCESS, TLS)).toEqual([]);
    expect(pointsOf(oracles, ACCESS, TLS)).toEqual(["tls-not-offered 46:10 true"]);
    expect(pointsOf(oracles, ACCESS, `${ACCESS}\n    tls: false`)).toEqual([]);
    expect(pointsOf(offer, ACCESS, `${ACCESS}\n    tls: yes please`)).toEqual(["wrong-type 46:10 yes please"]);
  });

  test("of a base image that can make a wallet", () => {
    const gvenzl = (settings: Settings): void => {
      offer(settings);
      settings.bases["free-26ai"]!.profile = "gvenzl-free";
    };
    expect(pointsOf(gvenzl, ACCESS, TLS)).toEqual(["tls-not-supported 46:10 true"]);
  });

  test("and gives no account the private key as its password", () => {
    const files = changeExample("hr", ACCESS, TLS);
    const text = files.files["database_config.yaml"]!.replace("name: hr-app", "name: hr-tls");
    const named = { ...files, files: { ...files.files, "database_config.yaml": text } };
    const points = problemsOf(parseRequest(named, exampleSettings(offer))).map((one) => pointAt(one, text));
    expect(points).toContain("taken-name 36:32 hr-tls");
  });
});
