import { describe, expect, test } from "vitest";
import { GitHubContract, type SentRequest } from "./contract.ts";

const contract = new GitHubContract();
const repo = "http://127.0.0.1/repos/acme/databases";
const check = { name: "seedbed/validate", head_sha: "a".repeat(40), output: { title: "t", summary: "s" } };
const annotation = { path: "a", start_line: 1, end_line: 1, annotation_level: "failure", message: "m" };

const good: [string, SentRequest][] = [
  [
    "a check run",
    { method: "POST", url: `${repo}/check-runs`, body: { ...check, status: "completed", conclusion: "success" } },
  ],
  ["a page of files", { method: "GET", url: `${repo}/pulls/1/files?per_page=100&page=2`, body: undefined }],
  [
    "a tree",
    {
      method: "POST",
      url: `${repo}/git/trees`,
      body: { base_tree: "b".repeat(40), tree: [{ path: "a", mode: "100644", type: "blob", sha: null }] },
    },
  ],
  [
    "a ref with slashes",
    { method: "PATCH", url: `${repo}/git/refs/heads/a/b`, body: { sha: "c".repeat(40), force: false } },
  ],
  [
    "a dispatch",
    {
      method: "POST",
      url: `${repo}/actions/workflows/provision.yml/dispatches`,
      body: { ref: "main", inputs: { database: "hr" }, return_run_details: true },
    },
  ],
];

const bad: [string, SentRequest, string][] = [
  [
    "a conclusion that does not exist",
    { method: "POST", url: `${repo}/check-runs`, body: { ...check, status: "completed", conclusion: "failed" } },
    "conclusion",
  ],
  [
    "an annotation level that does not exist",
    {
      method: "POST",
      url: `${repo}/check-runs`,
      body: { ...check, output: { ...check.output, annotations: [{ ...annotation, annotation_level: "error" }] } },
    },
    "annotation_level",
  ],
  [
    "an output without summary",
    { method: "POST", url: `${repo}/check-runs`, body: { ...check, output: { title: "t" } } },
    "summary",
  ],
  [
    "51 annotations",
    {
      method: "POST",
      url: `${repo}/check-runs`,
      body: { ...check, output: { ...check.output, annotations: Array.from({ length: 51 }, () => annotation) } },
    },
    "50",
  ],
  ["a camel-case key", { method: "POST", url: `${repo}/check-runs`, body: { name: "n", headSha: "a" } }, "head"],
  [
    "a text for a boolean",
    { method: "PATCH", url: `${repo}/git/refs/heads/a`, body: { sha: "c".repeat(40), force: "false" } },
    "force",
  ],
  ["a misspelt query", { method: "GET", url: `${repo}/pulls/1/files?perpage=100`, body: undefined }, "perpage"],
  ["a misspelt route", { method: "GET", url: `${repo}/pulls/1/file`, body: undefined }, "not an operation"],
  ["a comment without body", { method: "POST", url: `${repo}/issues/1/comments`, body: {} }, "body"],
  [
    "a file mode that does not exist",
    { method: "POST", url: `${repo}/git/trees`, body: { tree: [{ path: "a", mode: "100777" }] } },
    "mode",
  ],
  [
    "an unknown key of a dispatch",
    { method: "POST", url: `${repo}/actions/workflows/provision.yml/dispatches`, body: { ref: "main", input: {} } },
    "input",
  ],
];

describe("GitHub's description of its REST API", () => {
  test.each(good)("admits %s", (_name, request) => {
    expect(contract.violations(request)).toEqual([]);
  });

  test.each(bad)("refuses %s", (_name, request, word) => {
    expect(contract.violations(request).join("\n")).toContain(word);
  });
});
