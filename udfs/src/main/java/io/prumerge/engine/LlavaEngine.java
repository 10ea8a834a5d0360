package io.prumerge.engine;

import java.util.List;

/** One loaded model on one device, shared by all task threads of a JVM. */
public final class LlavaEngine {
  private LlavaEngine() {}

  /** Answers every question under every method; errors come back as answers with an error. */
  public List<Answer> answer(ImageRequest request) {
    throw new UnsupportedOperationException(request.toString());
  }
}
