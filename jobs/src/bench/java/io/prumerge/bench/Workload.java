package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.reduction.MethodSpec;
import java.util.List;

/** Images with questions that both sides answer. */
record Workload(List<AskedImage> images, int maxNewTokens) {

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

  List<String> paths() {
    return images.stream().map(image -> image.file().toAbsolutePath().toString()).toList();
  }

  List<List<String>> questions() {
    return images.stream().map(AskedImage::questions).toList();
  }

  int count() {
    return images.stream().mapToInt(image -> image.questions().size()).sum();
  }
}
