package io.prumerge.video;

import java.util.Iterator;
import java.util.stream.Stream;

/** The rules of frames in the help text. */
public final class FrameRuleNames implements Iterable<String> {

  @Override
  public Iterator<String> iterator() {
    return Stream.of(FrameRule.values()).map(FrameRule::label).iterator();
  }
}
