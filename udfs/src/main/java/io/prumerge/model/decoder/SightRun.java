package io.prumerge.model.decoder;

/** Rows that follow each other and see the same. */
record SightRun(int rows, int image) {}
