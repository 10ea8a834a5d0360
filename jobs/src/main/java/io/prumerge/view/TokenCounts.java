package io.prumerge.view;

/** Numbers of tokens, null where they are unknown. */
record TokenCounts(
    Integer before, Integer after, Double perLayer, Integer prompt, Integer generated) {}
