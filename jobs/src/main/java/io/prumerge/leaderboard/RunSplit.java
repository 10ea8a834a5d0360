package io.prumerge.leaderboard;

/** Where a question is asked. */
record RunSplit(String runId, String benchmark, String split) implements java.io.Serializable {}
