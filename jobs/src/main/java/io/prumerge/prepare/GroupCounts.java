package io.prumerge.prepare;

import java.util.List;

/**
 * Counts of questions that are grouped by image, which are those of the table.
 *
 * @param withoutPicture of these
 * @param pictures that they name, of several in a prompt each
 */
record GroupCounts(long questions, long withoutPicture, long pictures) {

  /** Returns the counts of several parts. */
  static GroupCounts of(List<GroupPart> parts) {
    long questions = 0;
    long withoutPicture = 0;
    long pictures = 0;
    for (GroupPart part : parts) {
      questions += part.counts().questions();
      withoutPicture += part.counts().withoutPicture();
      pictures += part.counts().pictures();
    }
    return new GroupCounts(questions, withoutPicture, pictures);
  }
}
