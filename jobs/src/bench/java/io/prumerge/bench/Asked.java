package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import java.util.List;

/** A picture or a video, and what is asked about it. */
interface Asked {

  List<String> questions();

  /** What the engine is asked. */
  ImageRequest request(List<MethodSpec> methods, int maxNewTokens);

  /** The same with its first questions only. */
  Asked first(int count);

  /** What the peer opens: a file's path, or a list of those of frames. */
  Object paths();
}
