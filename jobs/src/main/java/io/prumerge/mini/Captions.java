package io.prumerge.mini;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says what is in a scene. */
final class Captions {

  private Captions() {}

  static String of(Scene scene) {
    Stream<String> objects =
        scene.objects().stream()
            .map(object -> object.english() + " " + object.position().english());
    Stream<String> word = scene.word().stream().map(printed -> "word " + printed.text());
    Stream<String> chart = scene.chart().stream().map(drawn -> chart(drawn.bars()));
    return Stream.of(objects, word, chart).flatMap(part -> part).collect(Collectors.joining(", "));
  }

  private static String chart(List<Bar> bars) {
    return bars.stream()
        .map(bar -> bar.colour().english() + " " + bar.units())
        .collect(Collectors.joining(", ", "chart with ", ""));
  }
}
