package io.prumerge.mini;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Everything about a scene's objects, chart and background that one word answers. */
final class OpenQuestions {

  private static final String COLOUR_START = "what color is the";
  private static final String COUNT_START = "how many";

  private final Corpus corpus;

  OpenQuestions(Corpus corpus) {
    this.corpus = corpus;
  }

  List<OpenQuestion> of(Scene scene, SceneRandom random) {
    List<OpenQuestion> questions = new ArrayList<>();
    questions.add(
        new OpenQuestion(
            "background",
            COLOUR_START,
            "What color is the background?",
            AnswerType.OTHER,
            scene.backdrop().background().english()));
    if (!scene.objects().isEmpty()) {
      SceneFacts facts = new SceneFacts(scene);
      appearance(facts, random, questions);
      counts(facts, random, questions);
      facts.unmistakable().forEach(object -> place(object, questions));
    }
    scene.chart().ifPresent(chart -> chart(chart, questions));
    return questions;
  }

  private void appearance(SceneFacts facts, SceneRandom random, List<OpenQuestion> questions) {
    for (SceneObject object : facts.onlyOfShape()) {
      if (corpus.keepsColour(object, random)) {
        questions.add(
            new OpenQuestion(
                "color",
                COLOUR_START,
                "What color is the %s?".formatted(object.shape().english()),
                AnswerType.OTHER,
                object.colour().english()));
      }
    }
    for (SceneObject object : facts.onlyOfColour()) {
      if (corpus.keepsShape(object, random)) {
        questions.add(
            new OpenQuestion(
                "shape",
                "what",
                "What shape is the %s object?".formatted(object.colour().english()),
                AnswerType.OTHER,
                object.shape().english()));
      }
    }
  }

  private void counts(SceneFacts facts, SceneRandom random, List<OpenQuestion> questions) {
    facts
        .counts()
        .forEach(
            (shape, count) -> {
              if (corpus.keepsCount(count, random)) {
                questions.add(
                    number("count", "How many %s are there?".formatted(shape.plural()), count));
              }
            });
    if (corpus.keepsObjects(facts.objects(), random)) {
      questions.add(number("objects", "How many objects are there?", facts.objects()));
    }
  }

  private static void place(SceneObject object, List<OpenQuestion> questions) {
    Stream.of(
            new OpenQuestion(
                "side",
                "is the",
                "Is the %s on the left or on the right?".formatted(object.english()),
                AnswerType.OTHER,
                object.position().horizontal()),
            new OpenQuestion(
                "height",
                "is the",
                "Is the %s at the top or at the bottom?".formatted(object.english()),
                AnswerType.OTHER,
                object.position().vertical()),
            new OpenQuestion(
                "size",
                "is the",
                "Is the %s small or large?".formatted(object.english()),
                AnswerType.OTHER,
                object.size().english()))
        .forEach(questions::add);
  }

  private static void chart(Chart chart, List<OpenQuestion> questions) {
    questions.add(bar("tallest", chart.tallest()));
    questions.add(bar("shortest", chart.shortest()));
    questions.add(number("bars", "How many bars are there?", chart.bars().size()));
    for (Bar bar : chart.bars()) {
      questions.add(
          number(
              "units",
              "How many units tall is the %s bar?".formatted(bar.colour().english()),
              bar.units()));
    }
  }

  private static OpenQuestion bar(String which, Bar bar) {
    return new OpenQuestion(
        which,
        COLOUR_START,
        "What color is the %s bar?".formatted(which),
        AnswerType.OTHER,
        bar.colour().english());
  }

  private static OpenQuestion number(String form, String text, int answer) {
    return new OpenQuestion(form, COUNT_START, text, AnswerType.NUMBER, Integer.toString(answer));
  }
}
