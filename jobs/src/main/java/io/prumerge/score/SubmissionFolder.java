package io.prumerge.score;

import org.apache.hadoop.fs.Path;

/**
 * A folder of submission files that was written.
 *
 * @param questions number of questions in the submission
 * @param missing number of questions without an answer, because it is missing or an error
 */
record SubmissionFolder(Path folder, long questions, long missing) {}
