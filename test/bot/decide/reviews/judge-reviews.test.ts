import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { CommitFacts } from "../../../../bot/hub/git.ts";
import type { ReviewFacts } from "../../../../bot/hub/pulls.ts";
import { renderAdoption } from "../../../../bot/decide/reviews/adoption.ts";
import { judgeReviews, type ReviewQuestion, type VerdictCode } from "../../../../bot/decide/reviews/judge-reviews.ts";

const HEAD = "a".repeat(40);
const OLD = "b".repeat(40);
const ada = { id: "1", login: "ada" };
const grace = { id: "2", login: "grace" };
const lin = { id: "3", login: "lin" };
const bot = { id: "900", login: "seedbed[bot]" };

function commit(more: Partial<CommitFacts> = {}): CommitFacts {
  return { sha: HEAD, parents: [], message: "Add hr", author: ada, committer: ada, ...more };
}

function review(more: Partial<ReviewFacts> = {}): ReviewFacts {
  return {
    id: "901",
    user: { ...grace, type: "User" },
    state: "APPROVED",
    commit: HEAD,
    submittedAt: "2026-11-22T14:03:20Z",
    ...more,
  };
}

function question(more: Partial<ReviewQuestion> = {}): ReviewQuestion {
  return {
    head: HEAD,
    renderedAt: "2026-11-22T14:00:00Z",
    reviews: [review()],
    required: 1,
    approvers: [grace, lin],
    contributors: { author: ada, commits: [commit()], pushers: [ada, bot] },
    ...more,
  };
}

const contributors = (more: Partial<ReviewQuestion["contributors"]>): Partial<ReviewQuestion> => ({
  contributors: { ...question().contributors, ...more },
});

describe("reviews of a head", () => {
  test("an approver's review of this head after it was rendered counts", () => {
    const judged = judgeReviews(question());
    expect(judged).toMatchObject({ approved: true, obstacles: [], counting: [{ id: "901", user: grace }] });
  });

  const rows: [string, Partial<ReviewQuestion>, VerdictCode][] = [
    ["a reviewer outside the team", { approvers: [lin] }, "not-an-approver"],
    ["a member who left the team", { approvers: [] }, "not-an-approver"],
    ["a bot in the team", { reviews: [review({ user: { ...grace, type: "Bot" } })] }, "not-a-person"],
    ["a deleted account", { reviews: [review({ user: null })] }, "not-a-person"],
    ["a review of an older head", { reviews: [review({ commit: OLD })] }, "older-head"],
    ["a review whose commit is gone", { reviews: [review({ commit: null })] }, "older-head"],
    ["a head that is not rendered", { renderedAt: null }, "not-rendered"],
    [
      "a review that GitHub re-pointed at a head rendered later",
      { renderedAt: "2026-11-22T15:00:00Z" },
      "before-render",
    ],
    ["a review in the second of the render", { renderedAt: "2026-11-22T14:03:20Z" }, "before-render"],
    ["a time that cannot be read", { renderedAt: "soon" }, "before-render"],
    ["a dismissed review", { reviews: [review({ state: "DISMISSED" })] }, "not-approved"],
    [
      "a later request for changes",
      { reviews: [review(), review({ id: "902", state: "CHANGES_REQUESTED", submittedAt: "2026-11-22T14:09:00Z" })] },
      "not-approved",
    ],
    ["the author", contributors({ author: grace }), "author"],
    ["the author of a commit", contributors({ commits: [commit(), commit({ sha: OLD, author: grace })] }), "author"],
    ["the committer of a commit", contributors({ commits: [commit({ committer: grace })] }), "author"],
    ["a pusher", contributors({ pushers: [ada, grace] }), "author"],
    [
      "the adopter of a fork's request",
      contributors({
        commits: [
          commit({
            message: `Adopt hr\n\n${renderAdoption({ fork: "eve/databases@abc", author: ada, adopter: grace })}`,
          }),
        ],
      }),
      "author",
    ],
  ];
  test.each(rows)("%s does not count", (_name, change, code) => {
    const judged = judgeReviews(question(change));
    expect(judged.approved).toBe(false);
    expect(judged.counting).toEqual([]);
    expect(judged.verdicts.at(-1)?.code).toBe(code);
  });

  const unknown: [string, Partial<ReviewQuestion["contributors"]>][] = [
    ["a commit without an account", { commits: [commit({ author: null })] }],
    ["a committer without an account", { commits: [commit({ committer: null })] }],
    ["an unknown pusher", { pushers: [ada, null] }],
    ["no pusher at all", { pushers: [] }],
    ["no commit at all", { commits: [] }],
  ];
  test.each(unknown)("no review counts with %s", (_name, change) => {
    const judged = judgeReviews(question(contributors(change)));
    expect(judged.approved).toBe(false);
    expect(judged.obstacles).toHaveLength(1);
  });

  test("a comment does not withdraw an approval", () => {
    const later = review({ id: "902", state: "COMMENTED", submittedAt: "2026-11-22T14:09:00Z" });
    expect(judgeReviews(question({ reviews: [review(), later] })).approved).toBe(true);
  });

  test("two approvals must come from two people", () => {
    const twice = [review(), review({ id: "902", submittedAt: "2026-11-22T14:09:00Z" })];
    expect(judgeReviews(question({ required: 2, reviews: twice })).approved).toBe(false);
    const both = [review(), review({ id: "902", user: { ...lin, type: "User" } })];
    expect(judgeReviews(question({ required: 2, reviews: both })).approved).toBe(true);
  });

  test("a source that requires no approval still needs one", () => {
    expect(judgeReviews(question({ required: 0, reviews: [] }))).toMatchObject({ approved: false, required: 1 });
  });

  test("the order in which reviews are listed does not matter", () => {
    const any = fc.record({
      user: fc.constantFrom(ada, grace, lin).map((user) => ({ ...user, type: "User" })),
      state: fc.constantFrom("APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED") as fc.Arbitrary<
        ReviewFacts["state"]
      >,
      commit: fc.constantFrom(HEAD, OLD),
      minute: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), fc.integer(), (drafts, seed) => {
        const reviews = drafts.map(({ minute, ...more }, index) =>
          review({ ...more, id: String(index + 1), submittedAt: `2026-11-22T14:0${minute}:30Z` }),
        );
        const turned = reviews.toSorted((a, b) => ((Number(a.id) * seed) % 7) - ((Number(b.id) * seed) % 7));
        expect(judgeReviews(question({ reviews: turned }))).toEqual(judgeReviews(question({ reviews })));
      }),
    );
  });
});
