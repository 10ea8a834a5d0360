package io.prumerge.config;

import io.prumerge.image.SeenFrames;
import java.util.List;
import java.util.stream.IntStream;

/** Views that follow each other, whenever they are (Qwen2-VL). */
public record CountedTimes() implements ViewTimes {

  @Override
  public List<Integer> of(SeenFrames frames) {
    return IntStream.range(0, frames.views()).boxed().toList();
  }
}
