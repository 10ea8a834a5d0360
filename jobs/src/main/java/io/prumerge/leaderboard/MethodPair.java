package io.prumerge.leaderboard;

import java.io.Serializable;

/** Two methods. */
record MethodPair(int a, int b) implements Serializable {}
