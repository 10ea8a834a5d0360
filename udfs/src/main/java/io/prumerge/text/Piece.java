package io.prumerge.text;

/**
 * One piece of a SentencePiece vocabulary.
 *
 * @param score the higher, the earlier it is merged
 * @param kind a number of the format
 */
record Piece(String text, float score, int kind) {
  static final int NORMAL = 1;
  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
}
