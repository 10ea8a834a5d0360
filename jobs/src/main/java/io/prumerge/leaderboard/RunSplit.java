package io.prumerge.leaderboard;

/** The split of a benchmark that a run asks. */
record RunSplit(String runId, String benchmark, String split) implements java.io.Serializable {}
