package io.prumerge.mini.question;

import io.prumerge.mini.scene.Background;
import io.prumerge.mini.scene.Bar;
import io.prumerge.mini.scene.Chart;
import io.prumerge.mini.scene.PrintedWord;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneKind;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.WordKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Multiple-choice questions about a scene. */
public final class ChoiceQuestions {

  private static final String NO_HINT = "";
  private static final String FISH = "The chart shows how many fish each boat caught.";

  /** Number of wrong options, if they come from outside the picture. */
  private static final int DISTRACTORS = 4;

  private final Corpus corpus;
  private final ObjectChoices objectChoices;

  public ChoiceQuestions(Corpus corpus) {
    this.corpus = corpus;
    objectChoices = new ObjectChoices(corpus);
  }

  public List<ChoiceQuestion> of(Scene scene, SceneRandom random) {
    List<ChoiceQuestion> questions = new ArrayList<>();
    questions.add(background(scene, random));
    if (corpus.keepsKind(scene.kind(), random)) {
      questions.add(picture(scene.kind(), random));
    }
    questions.addAll(objectChoices.of(scene, random));
    scene.chart().ifPresent(chart -> chart(chart, random, questions));
    scene.word().ifPresent(word -> word(word, random, questions));
    return questions;
  }

  private static ChoiceQuestion background(Scene scene, SceneRandom random) {
    return new ChoiceQuestion(
        Topic.BACKGROUND,
        NO_HINT,
        "What color is the background?",
        scene.backdrop().background().displayName(),
        Distractors.others(
            Arrays.stream(Background.values()).map(Background::displayName),
            scene.backdrop().background().displayName(),
            random));
  }

  private static ChoiceQuestion picture(SceneKind kind, SceneRandom random) {
    List<String> names = List.of("shapes only", "shapes and a word", "a bar chart");
    String answer = names.get(kind.ordinal());
    return new ChoiceQuestion(
        Topic.PICTURE,
        NO_HINT,
        "What does the image show?",
        answer,
        Distractors.others(names.stream(), answer, random));
  }

  private static void chart(Chart chart, SceneRandom random, List<ChoiceQuestion> questions) {
    List<String> colours = chart.bars().stream().map(bar -> bar.colour().displayName()).toList();
    bar("tallest", "caught the most", chart.tallest(), colours, random, questions);
    bar("shortest", "caught the fewest", chart.shortest(), colours, random, questions);
    for (Bar bar : chart.bars()) {
      questions.add(
          new ChoiceQuestion(
              Topic.UNITS,
              NO_HINT,
              String.format(
                  Locale.ROOT, "How many units tall is the %s bar?", bar.colour().displayName()),
              Integer.toString(bar.units()),
              Distractors.others(
                  Distractors.numbers(1, Bar.HIGHEST), Integer.toString(bar.units()), random)));
    }
  }

  private static void bar(
      String which,
      String deed,
      Bar bar,
      List<String> colours,
      SceneRandom random,
      List<ChoiceQuestion> questions) {
    String answer = bar.colour().displayName();
    questions.add(
        new ChoiceQuestion(
            Topic.TALLEST,
            NO_HINT,
            String.format(Locale.ROOT, "Which bar is the %s?", which),
            answer,
            Distractors.others(colours.stream(), answer, random)));
    questions.add(
        new ChoiceQuestion(
            Topic.TALLEST,
            FISH,
            String.format(Locale.ROOT, "Which boat %s fish?", deed),
            String.format(Locale.ROOT, "the %s boat", answer),
            Distractors.others(
                colours.stream().map(colour -> "the " + colour + " boat"),
                String.format(Locale.ROOT, "the %s boat", answer),
                random)));
  }

  private void word(PrintedWord word, SceneRandom random, List<ChoiceQuestion> questions) {
    boolean number = word.kind() == WordKind.NUMBER;
    String whole = number ? "number" : "word";
    Set<String> wrong = new LinkedHashSet<>();
    for (int i = 0; i < DISTRACTORS; i++) {
      wrong.add(corpus.otherWord(word, random));
    }
    questions.add(
        new ChoiceQuestion(
            Topic.WORD,
            NO_HINT,
            String.format(Locale.ROOT, "What %s is written in the image?", whole),
            word.text(),
            List.copyOf(wrong)));
    List<String> parts = word.text().chars().mapToObj(Character::toString).distinct().toList();
    if (parts.size() == word.text().length()) {
      for (int i = 0; i < Math.min(parts.size(), NumberWords.ordinals()); i++) {
        questions.add(
            new ChoiceQuestion(
                Topic.LETTER,
                NO_HINT,
                String.format(
                    Locale.ROOT,
                    "What is the %s %s of the %s?",
                    NumberWords.ordinal(i),
                    number ? "digit" : "letter",
                    whole),
                parts.get(i),
                Distractors.others(parts.stream(), parts.get(i), random)));
      }
    }
  }
}
