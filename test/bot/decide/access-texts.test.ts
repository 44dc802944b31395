import { expect, test } from "vitest";
import { describeConnection } from "../../../bot/decide/main/comments/describe-connection.ts";
import { describeTable } from "../../../bot/decide/pull/describe-database.ts";
import type { DatabaseRequest } from "../../../src/request/request.ts";
import { hr } from "../../manifests/example-input.ts";
import { planOf, running } from "../../plan/example-states.ts";

type Access = DatabaseRequest["database"]["access"];

function requestWith(access: Access): DatabaseRequest {
  return { ...hr.request, database: { ...hr.request.database, access } };
}

function reachable(access: Access): string {
  const judged = {
    database: "hr",
    request: requestWith(access),
    before: null,
    retired: false,
    problems: [],
    plan: planOf(running(), running()),
    manifests: null,
  };
  return /\| Reachable from \| (.*) \|/.exec(describeTable(judged, hr.settings))![1]!;
}

test("a pull request tells from where a database is reached, and what of it is encrypted", () => {
  const service = { type: "LoadBalancer" as const, source_ranges: ["10.20.0.0/24", "10.21.0.0/24"] };
  expect(reachable({ namespaces: [] })).toBe("its own namespace only");
  expect(reachable({ namespaces: ["a", "b-*"] })).toBe("namespaces `a`, `b-*` on port 1521");
  expect(reachable({ namespaces: ["a"], tls: true })).toBe("namespaces `a` on ports 1521 and 2484 (TLS)");
  expect(reachable({ namespaces: ["a"], service })).toBe(
    "namespaces `a` on port 1521; outside of the cluster `10.20.0.0/24`, `10.21.0.0/24` on port 1521",
  );
  expect(reachable({ namespaces: [], service, tls: true })).toBe(
    "its own namespace only; outside of the cluster `10.20.0.0/24`, `10.21.0.0/24` on port 2484 (TLS)",
  );
});

test("the comment after the merge names the address over TLS as well", () => {
  const connection = (access: Access) =>
    describeConnection({ settings: hr.settings }, { database: "hr", request: requestWith(access), lock: hr.lock })[0]!;
  expect(connection({ namespaces: ["a"] })).toMatch(
    /^- connect to `\/\/oracle\.seedbed-hr\.svc:1521\/FREEPDB1` from `a`/,
  );
  expect(connection({ namespaces: ["a"], tls: true })).toContain(
    "`//oracle.seedbed-hr.svc:1521/FREEPDB1` or over TLS to `tcps://oracle.seedbed-hr.svc:2484/FREEPDB1` from `a`",
  );
});
