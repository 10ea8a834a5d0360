package io.prumerge.prepare;

/**
 * One of the parts into which groups of questions are split.
 *
 * @param number of the part; empty parts are left out
 * @param images number of its images and text-only questions
 * @param counts of its questions
 */
record GroupPart(int number, long images, GroupCounts counts) {}
