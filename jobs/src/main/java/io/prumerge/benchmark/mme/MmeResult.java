package io.prumerge.benchmark.mme;

import java.util.Optional;

/** A line of a result file; {@code response} is empty if the column is absent. */
record MmeResult(MmeLabel label, Optional<String> response) {}
