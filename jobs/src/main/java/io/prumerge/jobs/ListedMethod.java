package io.prumerge.jobs;

import io.prumerge.console.TextColumns;
import io.prumerge.image.PictureLimit;
import io.prumerge.plan.VideoFit;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.LayerView;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A reduction method.
 *
 * @param spec the shortest spec of it, with made-up values
 * @param keys all of them; those without a default have an empty value
 * @param stage where tokens are dropped
 * @param needs what it looks at that a model or a run may lack
 * @param paper its number at arXiv; empty without one
 * @param repository of its authors' code at GitHub; empty without one
 * @param control whether others are measured against it
 * @param servable whether a server could run it, and why; empty if its class does not say
 * @param video whether it runs on videos: {@code yes}, with the key that is needed there, or {@code
 *     no: REASON}; {@code in one run: REASON} where it does unless the prompt has text between the
 *     frames
 */
record ListedMethod(
    String name,
    String spec,
    Map<String, String> keys,
    String stage,
    List<String> needs,
    String paper,
    String repository,
    boolean control,
    String servable,
    String video) {

  static final TextColumns<ListedMethod> COLUMNS =
      new TextColumns<ListedMethod>()
          .with("name", ListedMethod::name)
          .with("stage", ListedMethod::stage)
          .with("needs", method -> Listing.joined(method.needs))
          .with("keys", method -> Listing.joined(method.spelt()))
          .with("shortest spec", ListedMethod::spec)
          .with("arXiv", method -> Listing.or(method.paper))
          .with("repository", method -> Listing.or(method.repository))
          .with("control", method -> method.control ? "yes" : "-")
          .with("servable", method -> Listing.or(method.servable))
          .with("video", method -> method.video.split(":", 2)[0]);

  static ListedMethod of(ReducerFactory factory) {
    ReducerFactory.About about = factory.about();
    Map<String, String> keys = new LinkedHashMap<>();
    TokenReducers.keys(factory)
        .forEach(key -> keys.put(key, about.defaults().getOrDefault(key, "")));
    String spec = TokenReducers.shortest(factory);
    String stage = "as its file says";
    List<String> needs = List.of(stage);
    String video = stage;
    if (!factory.name().equals(ScriptSpecs.METHOD)) {
      try {
        TokenReducer reducer = TokenReducers.of(MethodSpec.read(spec));
        stage = stage(reducer);
        needs = needs(reducer);
        video = video(factory);
      } catch (IllegalArgumentException e) { // of somebody's jar; the others are listed as well
        stage = "unknown: about() gives no example of " + factory.name() + " that it takes";
        needs = List.of();
        video = "unknown";
      }
    }
    return new ListedMethod(
        factory.name(),
        spec,
        keys,
        stage,
        needs,
        about.paper(),
        about.repository(),
        about.control(),
        about.servable().map(Servable::toString).orElse(""),
        video);
  }

  private static String video(ReducerFactory factory) {
    VideoFit fit;
    try {
      fit = VideoFit.of(factory);
    } catch (RuntimeException e) { // of somebody's jar, which was written for pictures
      return "unknown";
    }
    if (fit.why().isPresent()) {
      return "no: " + fit.why().get();
    }
    SortedMap<String, String> added = new TreeMap<>(fit.spec().orElseThrow().parameters());
    added
        .keySet()
        .removeAll(MethodSpec.read(TokenReducers.shortest(factory)).parameters().keySet());
    String with =
        added.isEmpty()
            ? ""
            : added.entrySet().stream()
                .map(key -> key.getKey() + "=" + key.getValue())
                .collect(Collectors.joining(",", "with ", ""));
    if (fit.whyAmongText().isPresent()) {
      return (with + " in one run: ").stripLeading() + fit.whyAmongText().get();
    }
    return with.isEmpty() ? "yes" : with;
  }

  private List<String> spelt() {
    return keys.entrySet().stream()
        .map(key -> key.getValue().isEmpty() ? key.getKey() : key.getKey() + "=" + key.getValue())
        .toList();
  }

  // The numbers are LLaVA-1.5-7B's; whether there are cuts does not depend on them.
  private static String stage(TokenReducer reducer) {
    if (reducer.request().isPresent()) {
      return "at the server";
    }
    boolean cuts = !reducer.cuts(576, 32).isEmpty();
    if (reducer instanceof DecoderReducer) {
      return cuts ? "in the decoder" : "none";
    }
    if (reducer.picture().filter(PictureLimit.OfFrames.class::isInstance).isPresent()) {
      return "the video";
    }
    if (reducer.smallSide(1).isPresent() || reducer.picture().isPresent()) {
      return "the image";
    }
    if (reducer.pixels().isPresent()) {
      return "the pixels";
    }
    return (reducer.inTower().isPresent() ? "in the tower" : "before the decoder")
        + (cuts ? ", in the decoder" : "");
  }

  private static List<String> needs(TokenReducer reducer) {
    return Stream.of(
            Optional.of("class token").filter(need -> looksAtClassToken(reducer)),
            Optional.of("question").filter(need -> reducer.perQuestion()),
            Optional.of("CLIP").filter(need -> !reducer.clips().isEmpty()))
        .flatMap(Optional::stream)
        .toList();
  }

  private static boolean looksAtClassToken(TokenReducer reducer) {
    return reducer.sees().stream().anyMatch(TowerEvidence::ofClassToken)
        || reducer.inTower().stream()
            .flatMap(inside -> inside.sees().stream())
            .anyMatch(LayerView::ofClassToken);
  }
}
