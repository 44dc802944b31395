import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { CheckOutput } from "../../../../bot/hub/checks.ts";
import type { ReviewFacts } from "../../../../bot/hub/pulls.ts";
import { decideApproval, judgeRequirements } from "../../../../bot/decide/pull/approval-check.ts";
import type { PullState } from "../../../../bot/decide/pull/pull-state.ts";
import { isWritten, decidePull } from "../../../../bot/decide/pull/decide-pull.ts";
import { findSticky } from "../../../../bot/decide/pull/sticky.ts";
import { buildState, exampleFiles, gateOf, HEAD } from "./build-state.ts";
import { pushBy } from "./people.ts";
import { writeOutputs } from "./write-outputs.ts";

const RENDERED_AT = "2026-11-22T12:00:00Z";

/** Reviews by anybody, of any kind, of any commit, before and after the render check. */
const anyReview: fc.Arbitrary<ReviewFacts> = fc.record({
  id: fc.integer({ min: 1, max: 9999 }).map(String),
  user: fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom({ id: "2", login: "grace", type: "User" }, { id: "3", login: "lin", type: "User" }),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom({ id: "1", login: "ada", type: "User" }, { id: "4", login: "bob", type: "User" }),
    },
    { weight: 1, arbitrary: fc.constantFrom({ id: "2", login: "grace", type: "Bot" }, null) },
  ),
  state: fc.constantFrom("APPROVED", "APPROVED", "APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"),
  commit: fc.constantFrom(HEAD, HEAD, HEAD, "d".repeat(40), null),
  submittedAt: fc
    .integer({ min: -3, max: 6 })
    .map((minutes) => new Date(Date.parse(RENDERED_AT) + minutes * 60_000).toISOString()),
});

const anyReviews = fc.uniqueArray(anyReview, { maxLength: 6, selector: ({ id }) => id });

describe("reconcilePull", () => {
  let rendered: PullState;
  let raw: PullState;

  beforeAll(async () => {
    raw = await buildState({ head: exampleFiles() });
    const commit = decidePull(raw).commit!;
    const files = Object.fromEntries(commit.write.map(({ path, text }) => [path, text]));
    const plain = await buildState({ head: { ...exampleFiles(), ...files } });
    rendered = writeOutputs(plain, decidePull(plain), RENDERED_AT);
  });

  test("a second look writes nothing more, whatever the reviews are", () => {
    fc.assert(
      fc.property(anyReviews, (reviews) => {
        const state = { ...rendered, reviews };
        const after = writeOutputs(state, decidePull(state), "2026-11-22T12:09:00Z");
        const second = decidePull(after);
        expect(second.commit).toBeNull();
        expect(second.checks.filter((check) => !isWritten(after, check))).toEqual([]);
        expect(second.comment).toBe(findSticky(after.comments, after)!.body);
        expect(second.requestTeams).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("the order of GitHub's lists, and duplicates in them, do not matter", () => {
    fc.assert(
      fc.property(anyReviews, fc.infiniteStream(fc.nat()), (reviews, dice) => {
        const mix = <T>(all: readonly T[]): T[] => {
          const twice = [...all, ...all.filter(() => dice.next().value! % 2 === 0)];
          return twice
            .map((value) => ({ value, key: dice.next().value! }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ value }) => value);
        };
        const state = { ...rendered, reviews };
        const { commits, pushes, result, main } = state;
        const mixed: PullState = {
          ...state,
          reviews: mix(reviews),
          checks: mix(state.checks),
          comments: mix(state.comments),
          rules: mix(state.rules ?? []),
          commits: mix(commits),
          pushes: mix(pushes),
          result: { ...result, entries: mix(result.entries) },
          main: { ...main, entries: mix(main.entries) },
        };
        expect(withoutLists(decidePull(mixed))).toEqual(withoutLists(decidePull(state)));
      }),
      { numRuns: 40 },
    );
  });

  test("the check is green if and only if a DBA's latest review approves this head after it was rendered", () => {
    fc.assert(
      fc.property(anyReviews, (reviews) => {
        const state = { ...rendered, reviews };
        const conclusion = (changed: PullState) =>
          decideApproval(gateOf(changed), judgeRequirements(gateOf(changed), RENDERED_AT)).conclusion;
        expect(conclusion(state)).toBe(isApproved(reviews) ? "success" : "action_required");
        const foreign = { ...state.pull, head: { ...state.pull.head, repositoryId: "9" } };
        expect(conclusion({ ...state, pull: foreign })).toBe("action_required");
        expect(conclusion({ ...state, pushes: [pushBy(null, HEAD)] })).toBe("action_required");
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(anyReviews, (reviews) => {
        const [, , approval] = decidePull({ ...rendered, reviews }).checks;
        expect(approval!.conclusion).toBe(isApproved(reviews) ? "success" : "action_required");
      }),
      { numRuns: 40 },
    );
  });

  test("a head with outdated generated files is never approved, and the bot pushes a fix", () => {
    fc.assert(
      fc.property(anyReviews, (reviews) => {
        const outputs = decidePull({ ...raw, reviews });
        expect(outputs.checks.map(({ conclusion }) => conclusion)).toEqual(["success", "failure", "action_required"]);
        expect(outputs.commit).toMatchObject({ branch: "add-hr", expectedHead: HEAD, remove: [] });
      }),
      { numRuns: 20 },
    );
  });
});

/** An independent implementation of the rule. */
function isApproved(reviews: readonly ReviewFacts[]): boolean {
  return ["2", "3"].some((id) => {
    const own = reviews.filter(({ user, state }) => user?.id === id && !["COMMENTED", "PENDING"].includes(state));
    const last = own.reduce<ReviewFacts | null>((latest, review) => {
      if (latest === null) return review;
      const [a, b] = [Date.parse(latest.submittedAt), Date.parse(review.submittedAt)];
      return b > a || (b === a && Number(review.id) > Number(latest.id)) ? review : latest;
    }, null);
    if (last === null || last.user?.type !== "User") return false;
    return last.state === "APPROVED" && last.commit === HEAD && Date.parse(last.submittedAt) > Date.parse(RENDERED_AT);
  });
}

function withoutLists(outputs: { checks: CheckOutput[] }) {
  return JSON.parse(JSON.stringify(outputs)) as unknown;
}
