package io.prumerge.engine;

import io.prumerge.image.PictureLimit;
import io.prumerge.reduction.PixelRule;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A request by what its methods have the tower see: those that have it see the same pixels are a
 * part, which is a request of its own, with its own pixels and run of the tower.
 *
 * @param methods of each part, as their places in the request
 */
record PictureParts(ImageRequest request, List<List<Integer>> methods) {

  /** What the tower sees of an image: a smaller picture, and what a rule leaves of its pixels. */
  private record Seen(Optional<PictureLimit> picture, Optional<PixelRule> pixels) {

    static final Seen WHOLE = new Seen(Optional.empty(), Optional.empty());
  }

  /** Returns the parts of a request; without an image it is one. */
  static PictureParts of(ImageRequest request) {
    Map<Seen, List<Integer>> alike = new LinkedHashMap<>();
    for (int m = 0; m < request.reducers().size(); m++) {
      TokenReducer reducer = request.reducers().get(m);
      Seen seen =
          request.visuals().isEmpty() ? Seen.WHOLE : new Seen(reducer.picture(), reducer.pixels());
      alike.computeIfAbsent(seen, key -> new ArrayList<>()).add(m);
    }
    return new PictureParts(request, List.copyOf(alike.values()));
  }

  /** Returns a request for each part; the request itself where all methods see one picture. */
  List<ImageRequest> requests() {
    return methods.size() < 2
        ? List.of(request)
        : methods.stream()
            .map(
                own ->
                    new ImageRequest(
                        request.visuals(),
                        request.questions(),
                        own.stream().map(request.reducers()::get).toList(),
                        request.reduceBy(),
                        request.made()))
            .toList();
  }

  /**
   * Returns the answers of all parts as those of the request. Cancelling the future cancels the
   * parts.
   *
   * @param parts the answers of each, in the order of {@link #requests}
   */
  CompletableFuture<List<Answer>> together(List<CompletableFuture<List<Answer>>> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    CompletableFuture<List<Answer>> all =
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
            .thenApply(ended -> inOrder(parts.stream().map(CompletableFuture::join).toList()));
    all.whenComplete((answers, why) -> parts.forEach(part -> part.cancel(true)));
    return all;
  }

  // Question by question, under each the methods.
  private List<Answer> inOrder(List<List<Answer>> parts) {
    int count = request.reducers().size();
    Answer[] answers = new Answer[request.questions().size() * count];
    for (int part = 0; part < parts.size(); part++) {
      List<Integer> own = methods.get(part);
      for (int i = 0; i < parts.get(part).size(); i++) {
        answers[i / own.size() * count + own.get(i % own.size())] = parts.get(part).get(i);
      }
    }
    return List.of(answers);
  }
}
