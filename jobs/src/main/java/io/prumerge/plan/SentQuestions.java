package io.prumerge.plan;

/**
 * Planned questions about pictures of one size, without those whose pictures are of no use: an
 * endpoint is not asked these.
 *
 * @param size of the pictures, with the number of questions as its rows; without pictures for
 *     questions about none
 * @param bytes of the questions' texts, in UTF-8
 * @param limits sum of the questions' own largest numbers of new tokens
 * @param unlimited questions that have none
 */
record SentQuestions(PlannedSize size, long bytes, long limits, long unlimited) {

  long questions() {
    return size.rows();
  }
}
