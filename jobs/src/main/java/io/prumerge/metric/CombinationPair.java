package io.prumerge.metric;

import java.io.Serializable;

/** The figures of the two sides of a contrast on one benchmark. */
record CombinationPair(CombinationTerm a, CombinationTerm b) implements Serializable {}
