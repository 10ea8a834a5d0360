package io.prumerge.leaderboard;

/**
 * @param votes by the methods' numbers; null for a method that was not asked
 */
record QuestionVotes(RunSplit place, Vote[] votes) {}
