import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { CommitFacts } from "../../../../bot/hub/git.ts";
import type { ReviewFacts } from "../../../../bot/hub/pulls.ts";
import { renderAdoption } from "../../../../bot/decide/reviews/adoption.ts";
import { judgeReviews, type ReviewQuestion, type VerdictCode } from "../../../../bot/decide/reviews/judge-reviews.ts";

const HEAD = "a".repeat(40);
const OLD = "b".repeat(40);
const ada = { id: "1", login: "ada", type: "User" };
const grace = { id: "2", login: "grace", type: "User" };
const lin = { id: "3", login: "lin", type: "User" };
const bot = { id: "900", login: "seedbed[bot]", type: "Bot" };

/** GitHub's own accounts: api.github.com/users/web-flow and /users/ghost. */
const webFlow = { id: "19864447", login: "web-flow", type: "User" };
const ghost = { id: "10137", login: "ghost", type: "User" };

function commit(more: Partial<CommitFacts> = {}): CommitFacts {
  return { sha: HEAD, parents: [], message: "Add hr", author: ada, committer: ada, ...more };
}

function review(more: Partial<ReviewFacts> = {}): ReviewFacts {
  return {
    id: "901",
    user: grace,
    state: "APPROVED",
    commit: HEAD,
    submittedAt: "2026-11-22T14:03:20Z",
    ...more,
  };
}

function question(more: Partial<ReviewQuestion> = {}): ReviewQuestion {
  return {
    heads: rendered("2026-11-22T14:00:00Z"),
    headsAtReview: Object.fromEntries((more.reviews ?? [review()]).map(({ id }) => [id, [HEAD]])),
    reviews: [review()],
    required: 1,
    approvers: [grace, lin],
    contributors: { author: ada, commits: [commit()], pushers: [ada, bot], botLogin: "seedbed[bot]" },
    ...more,
  };
}

function rendered(renderedAt: string | null): ReviewQuestion["heads"] {
  return [{ sha: HEAD, renderedAt }];
}

const contributors = (more: Partial<ReviewQuestion["contributors"]>): Partial<ReviewQuestion> => ({
  contributors: { ...question().contributors, ...more },
});

describe("reviews of a head", () => {
  test("an approver's review of this head after it was rendered counts", () => {
    const judged = judgeReviews(question());
    expect(judged).toMatchObject({
      approved: true,
      obstacles: [],
      counting: [{ id: "901", user: { id: "2", login: "grace" } }],
    });
  });

  const rows: [string, Partial<ReviewQuestion>, VerdictCode][] = [
    ["a reviewer outside the team", { approvers: [lin] }, "not-an-approver"],
    ["a member who left the team", { approvers: [] }, "not-an-approver"],
    ["a bot in the team", { reviews: [review({ user: { ...grace, type: "Bot" } })] }, "not-a-person"],
    ["a deleted account", { reviews: [review({ user: null })] }, "not-a-person"],
    ["a review of an older head", { reviews: [review({ commit: OLD })] }, "older-head"],
    ["a review whose commit is gone", { reviews: [review({ commit: null })] }, "older-head"],
    ["a head that is not rendered", { heads: rendered(null) }, "not-rendered"],
    [
      "a review that GitHub re-pointed at a head rendered later",
      { heads: rendered("2026-11-22T15:00:00Z") },
      "before-render",
    ],
    ["a review in the second of the render", { heads: rendered("2026-11-22T14:03:20Z") }, "before-render"],
    ["a time that cannot be read", { heads: rendered("soon") }, "before-render"],
    ["a review of another head that GitHub re-pointed at this one", { headsAtReview: { "901": [OLD] } }, "other-head"],
    ["a review in the second of a push", { headsAtReview: { "901": [OLD, HEAD] } }, "other-head"],
    ["a review from a time that GitHub's list of pushes does not reach", { headsAtReview: {} }, "other-head"],
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
    ...[
      "Co-authored-by: Grace Hopper <2+grace@users.noreply.github.com>",
      "co-authored-by: x <2+old-login@users.noreply.github.com> ",
      "Co-Authored-By: Grace <GRACE@users.noreply.github.com>",
    ].map((line): [string, Partial<ReviewQuestion>, VerdictCode] => [
      `who is named by ${JSON.stringify(line)}`,
      contributors({ commits: [commit({ message: `Add hr\n\n${line}\n` })] }),
      "author",
    ]),
    [
      "the adopter of a fork's request",
      contributors({
        commits: [
          commit({
            message: `Adopt hr\n\n${renderAdoption({ fork: "eve/databases@abc", authors: [ada], adopter: grace })}`,
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
    ...["Bot", "Organization", "Mannequin", ""].flatMap((type): [string, Partial<ReviewQuestion["contributors"]>][] => {
      const account = { id: "77", login: "some", type };
      return [
        [`a pusher of type ${JSON.stringify(type)}`, { pushers: [ada, account] }],
        [`an author of type ${JSON.stringify(type)}`, { commits: [commit({ author: account })] }],
        [`a committer of type ${JSON.stringify(type)}`, { commits: [commit({ committer: account })] }],
      ];
    }),
    ["the account of deleted ones as a pusher", { pushers: [ghost] }],
    ["the account of deleted ones as an author", { commits: [commit({ author: ghost })] }],
    ["GitHub's own account as a pusher", { pushers: [webFlow] }],
    ["GitHub's own account as an author", { commits: [commit({ author: webFlow, committer: webFlow })] }],
    ["no commit at all", { commits: [] }],
  ];
  test.each(unknown)("no review counts with %s", (_name, change) => {
    const judged = judgeReviews(question(contributors(change)));
    expect(judged.approved).toBe(false);
    expect(judged.obstacles).toHaveLength(1);
  });

  test("what GitHub commits for a person, and what this App commits, counts as known", () => {
    const commits = [commit({ committer: webFlow }), commit({ sha: OLD, author: bot, committer: bot })];
    expect(judgeReviews(question(contributors({ commits }))).approved).toBe(true);
  });

  test("a trailer excludes nobody but whom it names, and makes nobody known", () => {
    const message = "Add hr\n\nCo-authored-by: Lin <3+lin@users.noreply.github.com>\n";
    expect(judgeReviews(question(contributors({ commits: [commit({ message })] }))).approved).toBe(true);
    expect(judgeReviews(question(contributors({ commits: [commit({ message, author: null })] }))).approved).toBe(false);
  });

  test("a review of the head before an update counts with the time at which that head was rendered", () => {
    const heads = [
      { sha: HEAD, renderedAt: null },
      { sha: OLD, renderedAt: "2026-11-22T14:00:00Z" },
    ];
    const at = (sha: string) => ({ heads, reviews: [review({ commit: sha })], headsAtReview: { "901": [OLD] } });
    expect([OLD, HEAD].map((sha) => judgeReviews(question(at(sha))).approved)).toEqual([true, true]);
    const late = [heads[0]!, { sha: OLD, renderedAt: "2026-11-22T14:03:20Z" }];
    expect(judgeReviews(question({ ...at(OLD), heads: late })).verdicts[0]?.code).toBe("before-render");
  });

  test("a comment does not withdraw an approval", () => {
    const later = review({ id: "902", state: "COMMENTED", submittedAt: "2026-11-22T14:09:00Z" });
    expect(judgeReviews(question({ reviews: [review(), later] })).approved).toBe(true);
  });

  test("two approvals must come from two people", () => {
    const twice = [review(), review({ id: "902", submittedAt: "2026-11-22T14:09:00Z" })];
    expect(judgeReviews(question({ required: 2, reviews: twice })).approved).toBe(false);
    const both = [review(), review({ id: "902", user: lin })];
    expect(judgeReviews(question({ required: 2, reviews: both })).approved).toBe(true);
  });

  test("a source that requires no approval still needs one", () => {
    expect(judgeReviews(question({ required: 0, reviews: [] }))).toMatchObject({ approved: false, required: 1 });
  });

  test("the order in which reviews are listed does not matter", () => {
    const any = fc.record({
      user: fc.constantFrom(ada, grace, lin),
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
