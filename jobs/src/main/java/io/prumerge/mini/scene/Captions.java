package io.prumerge.mini.scene;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the caption of a scene. */
final class Captions {

  private Captions() {}

  static String of(Scene scene) {
    Stream<String> objects =
        scene.objects().stream()
            .map(object -> object.displayName() + " " + object.position().displayName());
    Stream<String> word = scene.word().stream().map(printed -> "word " + printed.text());
    Stream<String> chart = scene.chart().stream().map(drawn -> chart(drawn.bars()));
    return Stream.of(objects, word, chart).flatMap(part -> part).collect(Collectors.joining(", "));
  }

  private static String chart(List<Bar> bars) {
    return bars.stream()
        .map(bar -> bar.colour().displayName() + " " + bar.units())
        .collect(Collectors.joining(", ", "chart with ", ""));
  }
}
