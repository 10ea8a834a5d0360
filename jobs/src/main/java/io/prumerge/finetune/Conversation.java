package io.prumerge.finetune;

import java.util.List;

/**
 * One row of the training data.
 *
 * @param row number in the file, from 0
 * @param id the row's own id, or its number if it has none
 * @param image path below the image folder; empty for a row without an image
 * @param turns at least one; the image belongs to the first one's question
 */
record Conversation(int row, String id, String image, List<ConversationTurn> turns) {

  Conversation {
    turns = List.copyOf(turns);
  }

  boolean hasImage() {
    return !image.isEmpty();
  }
}
