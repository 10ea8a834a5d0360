package io.prumerge.prepare;

/**
 * Counts of questions that are grouped by image, which are those of the table.
 *
 * @param withoutPicture of these
 * @param pictures that they name, of several in a prompt each
 */
record GroupCounts(long questions, long withoutPicture, long pictures) {}
