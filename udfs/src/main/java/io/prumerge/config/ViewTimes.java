package io.prumerge.config;

import io.prumerge.image.SeenFrames;
import java.util.List;

/** The times that a video's views have in positions of three parts (M-RoPE). */
public sealed interface ViewTimes permits CountedTimes, TimesInSeconds {

  /** Returns the time of each view, from 0, never falling. */
  List<Integer> of(SeenFrames frames);
}
