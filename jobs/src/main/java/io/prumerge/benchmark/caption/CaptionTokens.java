package io.prumerge.benchmark.caption;

import java.util.List;
import java.util.function.Function;

/** How captions are parted into tokens. */
public enum CaptionTokens {
  /** As the official evaluation of captions does: {@link PtbTokens}. */
  PTB(PtbTokens::of),
  /** At single blanks, as VLMEvalKit does. */
  BLANKS(text -> List.of(text.split(" ", -1)));

  private final Function<String, List<String>> reader;

  CaptionTokens(Function<String, List<String>> reader) {
    this.reader = reader;
  }

  /** Returns the tokens of a caption. */
  public List<String> of(String caption) {
    return reader.apply(caption);
  }
}
