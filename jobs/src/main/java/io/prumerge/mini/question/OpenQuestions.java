package io.prumerge.mini.question;

import io.prumerge.lang.Text;
import io.prumerge.mini.scene.Bar;
import io.prumerge.mini.scene.Chart;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneFacts;
import io.prumerge.mini.scene.SceneObject;
import io.prumerge.mini.scene.SceneRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Questions about a scene's objects, chart and background with one-word answers. */
public final class OpenQuestions {

  private static final String COLOUR_START = "what color is the";
  private static final String COUNT_START = "how many";

  private final SplitFrequencies corpus;

  public OpenQuestions(SplitFrequencies corpus) {
    this.corpus = corpus;
  }

  public List<OpenQuestion> of(Scene scene, SceneRandom random) {
    List<OpenQuestion> questions = new ArrayList<>();
    questions.add(
        new OpenQuestion(
            "background",
            COLOUR_START,
            "What color is the background?",
            AnswerType.OTHER,
            scene.backdrop().background().displayName()));
    if (!scene.objects().isEmpty()) {
      SceneFacts facts = new SceneFacts(scene);
      appearance(facts, random, questions);
      counts(facts, random, questions);
      facts.unmistakable().forEach(object -> place(object, questions));
    }
    scene.chart().ifPresent(chart -> questions.addAll(of(chart)));
    return questions;
  }

  /** Returns the questions about a chart: its extremes, how many bars it has, and how high. */
  public static List<OpenQuestion> of(Chart chart) {
    List<OpenQuestion> questions = new ArrayList<>();
    questions.add(bar("tallest", chart.tallest()));
    questions.add(bar("shortest", chart.shortest()));
    questions.add(number("bars", "How many bars are there?", chart.bars().size()));
    for (Bar bar : chart.bars()) {
      questions.add(
          number(
              "units",
              Text.format("How many units tall is the %s bar?", bar.colour().displayName()),
              bar.units()));
    }
    return questions;
  }

  private void appearance(SceneFacts facts, SceneRandom random, List<OpenQuestion> questions) {
    for (SceneObject object : facts.onlyOfShape()) {
      if (corpus.keepsColour(object, random)) {
        questions.add(
            new OpenQuestion(
                "color",
                COLOUR_START,
                Text.format("What color is the %s?", object.shape().displayName()),
                AnswerType.OTHER,
                object.colour().displayName()));
      }
    }
    for (SceneObject object : facts.onlyOfColour()) {
      if (corpus.keepsShape(object, random)) {
        questions.add(
            new OpenQuestion(
                "shape",
                "what",
                Text.format("What shape is the %s object?", object.colour().displayName()),
                AnswerType.OTHER,
                object.shape().displayName()));
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
                    number("count", Text.format("How many %s are there?", shape.plural()), count));
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
                Text.format("Is the %s on the left or on the right?", object.displayName()),
                AnswerType.OTHER,
                object.position().horizontal()),
            new OpenQuestion(
                "height",
                "is the",
                Text.format("Is the %s at the top or at the bottom?", object.displayName()),
                AnswerType.OTHER,
                object.position().vertical()),
            new OpenQuestion(
                "size",
                "is the",
                Text.format("Is the %s small or large?", object.displayName()),
                AnswerType.OTHER,
                object.size().displayName()))
        .forEach(questions::add);
  }

  private static OpenQuestion bar(String which, Bar bar) {
    return new OpenQuestion(
        which,
        COLOUR_START,
        Text.format("What color is the %s bar?", which),
        AnswerType.OTHER,
        bar.colour().displayName());
  }

  private static OpenQuestion number(String form, String text, int answer) {
    return new OpenQuestion(form, COUNT_START, text, AnswerType.NUMBER, Integer.toString(answer));
  }
}
