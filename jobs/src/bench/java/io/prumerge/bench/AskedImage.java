package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.reduction.MethodSpec;
import java.nio.file.Path;
import java.util.List;

/** An image and what is asked about it; the peer opens the file, the engine gets the same bytes. */
record AskedImage(Path file, byte[] bytes, List<String> questions) implements Asked {

  AskedImage {
    questions = List.copyOf(questions);
  }

  @Override
  public ImageRequest request(List<MethodSpec> methods, int maxNewTokens) {
    return new ImageRequest(
        bytes,
        questions.stream().map(question -> new Question(question, maxNewTokens)).toList(),
        methods);
  }

  @Override
  public AskedImage first(int count) {
    return new AskedImage(file, bytes, questions.subList(0, count));
  }

  @Override
  public String paths() {
    return file.toAbsolutePath().toString();
  }
}
