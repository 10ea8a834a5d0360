package io.prumerge.mini;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** True and false statements about a scene, in pairs. */
final class YesNoQuestions {

  private final Corpus corpus;

  YesNoQuestions(Corpus corpus) {
    this.corpus = corpus;
  }

  List<YesNoPair> of(Scene scene, SceneRandom random) {
    List<YesNoPair> pairs = new ArrayList<>();
    background(scene.backdrop().background(), random, pairs);
    if (!scene.objects().isEmpty()) {
      SceneFacts facts = new SceneFacts(scene);
      presence(facts, random, pairs);
      counts(facts, random, pairs);
      colours(facts, random, pairs);
      positions(facts.unmistakable(), pairs);
    }
    scene.chart().ifPresent(chart -> bars(chart.bars(), random, pairs));
    scene
        .word()
        .ifPresent(
            word ->
                pairs.add(
                    pair(
                        "word",
                        "is the",
                        "Is the %s in the image \"%%s\"?"
                            .formatted(word.kind() == WordKind.NUMBER ? "number" : "word"),
                        word.text(),
                        corpus.otherWord(word, random))));
    return pairs;
  }

  /** POPE's question. */
  static String presence(Thing thing) {
    return "Is there %s in the image?".formatted(Articles.a(thing.english()));
  }

  /**
   * Things that are there against things that mix the colour of one object with the shape of
   * another: who only sees that there is something red and something round is wrong about every
   * second one. Only training asks them; there they make a model bind colours to shapes.
   */
  List<YesNoPair> mixed(Scene scene, SceneRandom random) {
    Set<Thing> things = new SceneFacts(scene).things();
    List<Thing> mixtures =
        Thing.ALL.stream()
            .filter(mixture -> !things.contains(mixture))
            .filter(mixture -> things.stream().anyMatch(one -> one.colour() == mixture.colour()))
            .filter(mixture -> things.stream().anyMatch(one -> one.shape() == mixture.shape()))
            .collect(Collectors.toCollection(ArrayList::new));
    random.shuffle(mixtures);
    List<YesNoPair> pairs = new ArrayList<>();
    for (Thing thing : things) {
      if (pairs.size() < mixtures.size()) {
        Thing mixture = mixtures.get(pairs.size());
        pairs.add(new YesNoPair("mixed", "is there a", presence(thing), presence(mixture)));
      }
    }
    return pairs;
  }

  private static void background(Background background, SceneRandom random, List<YesNoPair> pairs) {
    List<Background> others =
        Arrays.stream(Background.values()).filter(other -> other != background).toList();
    pairs.add(
        pair(
            "background",
            "is the",
            "Is the background of this image %s?",
            background.english(),
            random.pick(others).english()));
  }

  private void presence(SceneFacts facts, SceneRandom random, List<YesNoPair> pairs) {
    Set<Thing> things = facts.things();
    for (Thing thing : things) {
      pairs.add(
          new YesNoPair(
              "thing", "is there a", presence(thing), presence(corpus.absent(things, random))));
    }
    Set<Shape> shapes = facts.counts().keySet();
    for (Shape shape : shapes) {
      pairs.add(
          pair(
              "any",
              "are there any",
              "Are there any %s in the image?",
              shape.plural(),
              corpus.absentShape(shapes, random).plural()));
    }
  }

  private void counts(SceneFacts facts, SceneRandom random, List<YesNoPair> pairs) {
    Map<Shape, Integer> counts = facts.counts();
    counts.forEach(
        (shape, count) -> {
          if (corpus.keepsCount(count, random)) {
            pairs.add(
                new YesNoPair(
                    "count",
                    "is the number of",
                    number(shape, count),
                    number(shape, corpus.otherCount(count, random))));
          }
        });
    for (Shape more : counts.keySet()) {
      for (Shape fewer : counts.keySet()) {
        if (counts.get(more) > counts.get(fewer)) {
          pairs.add(
              pair(
                  "more",
                  "are there more",
                  "Are there more %s?",
                  more.plural() + " than " + fewer.plural(),
                  fewer.plural() + " than " + more.plural()));
        }
      }
    }
  }

  private static String number(Shape shape, int count) {
    return "Is the number of %s in the image %s?".formatted(shape.plural(), Numbers.word(count));
  }

  private void colours(SceneFacts facts, SceneRandom random, List<YesNoPair> pairs) {
    for (SceneObject object : facts.onlyOfShape()) {
      if (corpus.keepsColour(object, random)) {
        List<Colour> others =
            Arrays.stream(Colour.values()).filter(other -> other != object.colour()).toList();
        pairs.add(
            pair(
                "color",
                "is the",
                "Is the " + object.shape().english() + " %s?",
                object.colour().english(),
                random.pick(others).english()));
      }
    }
  }

  private static void positions(List<SceneObject> objects, List<YesNoPair> pairs) {
    for (SceneObject object : objects) {
      boolean left = object.position().horizontal().equals("left");
      boolean top = object.position().vertical().equals("top");
      pairs.add(quarter(object, left ? "left" : "right", left ? "right" : "left"));
      pairs.add(quarter(object, top ? "top" : "bottom", top ? "bottom" : "top"));
      for (SceneObject other : objects) {
        if (object.leftOf(other)) {
          pairs.add(beside(object, other, "to the left of"));
          pairs.add(beside(other, object, "to the right of"));
        }
        if (object.above(other)) {
          pairs.add(beside(object, other, "above"));
          pairs.add(beside(other, object, "below"));
        }
      }
    }
  }

  private static YesNoPair quarter(SceneObject object, String right, String wrong) {
    return pair("side", "is the", "Is the " + object.english() + " in the %s half?", right, wrong);
  }

  /** The false statement has both objects in the other order. */
  private static YesNoPair beside(SceneObject object, SceneObject other, String relation) {
    String form = "Is the %s %s the %s?";
    return new YesNoPair(
        "relation",
        "is the",
        form.formatted(object.english(), relation, other.english()),
        form.formatted(other.english(), relation, object.english()));
  }

  private static void bars(List<Bar> bars, SceneRandom random, List<YesNoPair> pairs) {
    Bar tallest = bars.stream().reduce((a, b) -> a.units() > b.units() ? a : b).orElseThrow();
    List<Bar> lower = bars.stream().filter(bar -> bar != tallest).toList();
    pairs.add(
        pair(
            "tallest",
            "is the",
            "Is the %s bar the tallest?",
            tallest.colour().english(),
            random.pick(lower).colour().english()));
    for (Bar bar : bars) {
      for (Bar other : bars) {
        if (bar.units() > other.units()) {
          String form = "Is the %s bar taller than the %s bar?";
          String one = bar.colour().english();
          String two = other.colour().english();
          pairs.add(
              new YesNoPair(
                  "taller", "is the", form.formatted(one, two), form.formatted(two, one)));
          pairs.add(sum(bar, other, random));
        }
      }
    }
  }

  /** Wrong sums come from two other heights by chance, so that they are spread like right ones. */
  private static YesNoPair sum(Bar bar, Bar other, SceneRandom random) {
    int sum = bar.units() + other.units();
    int wrong = sum;
    while (wrong == sum) {
      int first = random.between(1, Bar.HIGHEST);
      int second = random.between(1, Bar.HIGHEST - 1);
      wrong = first + (second < first ? second : second + 1);
    }
    return pair(
        "sum",
        "is the",
        "Is the sum of the %s bar and the %s bar "
                .formatted(bar.colour().english(), other.colour().english())
            + "%s?",
        Integer.toString(sum),
        Integer.toString(wrong));
  }

  private static YesNoPair pair(
      String form, String start, String template, String right, String wrong) {
    return new YesNoPair(form, start, template.formatted(right), template.formatted(wrong));
  }
}
