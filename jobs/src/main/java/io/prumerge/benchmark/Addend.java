package io.prumerge.benchmark;

import java.util.List;
import java.util.Locale;

/**
 * What an answer adds to a sum from which a figure over a whole set of answers is computed, where
 * that is no mean of scores. A rule that gives an addend gives it for every answer.
 */
public enum Addend {
  /** The number of images whose references tell how much words weigh; the same for all answers. */
  CORPUS_IMAGES,

  /** ROUGE-L of the caption, 0..1. */
  ROUGE_L,

  /** Words of the caption that a reference has too, repeated ones at most as often as it has. */
  MATCHED_1,
  /** Likewise pairs of words. */
  MATCHED_2,
  /** Likewise sequences of three words. */
  MATCHED_3,
  /** Likewise sequences of four words. */
  MATCHED_4,
  /** Words of the caption. */
  NGRAMS_1,
  /** Pairs of words of the caption. */
  NGRAMS_2,
  /** Sequences of three words of the caption. */
  NGRAMS_3,
  /** Sequences of four words of the caption. */
  NGRAMS_4,
  /** Words of the reference that is closest to the caption in length. */
  REFERENCE_WORDS,

  /** 1 for every caption. */
  CAPTIONS,
  /** 1 if the caption mentions an object that its image does not show. */
  HALLUCINATING,
  /** Mentions of objects. */
  MENTIONS,
  /** Mentions of objects that the image does not show. */
  HALLUCINATED,
  /** Objects that the image shows. */
  SHOWN,
  /** Those of them that the caption mentions. */
  FOUND;

  /** Matches of sequences of one word, two, three and four. */
  public static final List<Addend> MATCHED = List.of(MATCHED_1, MATCHED_2, MATCHED_3, MATCHED_4);

  /** Sequences of one word, two, three and four. */
  public static final List<Addend> NGRAMS = List.of(NGRAMS_1, NGRAMS_2, NGRAMS_3, NGRAMS_4);

  /** Returns the key in the {@code addends} column. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
