package io.prumerge.score;

import org.apache.hadoop.fs.Path;

/**
 * A folder of submission files that was written.
 *
 * @param questions that the submission is about
 * @param missing those without an answer, or with an error: they are empty there
 */
public record Submitted(Path folder, long questions, long missing) {}
