package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import java.util.List;

/** Images, or videos, with questions that both sides answer. */
record Workload(List<? extends Asked> images, int maxNewTokens) {

  Workload {
    images = List.copyOf(images);
  }

  /** The first images, with the first questions of each. */
  Workload first(int imageCount, int questionCount) {
    return new Workload(
        images.subList(0, imageCount).stream().map(image -> image.first(questionCount)).toList(),
        maxNewTokens);
  }

  List<ImageRequest> requests(MethodSpec... methods) {
    return images.stream().map(image -> image.request(List.of(methods), maxNewTokens)).toList();
  }

  /** What the peer opens for each. */
  List<Object> paths() {
    return images.stream().map(Asked::paths).toList();
  }

  List<List<String>> questions() {
    return images.stream().map(Asked::questions).toList();
  }

  int count() {
    return images.stream().mapToInt(image -> image.questions().size()).sum();
  }
}
