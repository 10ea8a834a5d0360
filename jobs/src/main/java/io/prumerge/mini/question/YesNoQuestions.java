package io.prumerge.mini.question;

import io.prumerge.lang.Text;
import io.prumerge.mini.scene.Background;
import io.prumerge.mini.scene.Bar;
import io.prumerge.mini.scene.Colour;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneFacts;
import io.prumerge.mini.scene.SceneObject;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Shape;
import io.prumerge.mini.scene.Thing;
import io.prumerge.mini.scene.WordKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** True and false statements about a scene, in pairs. */
public final class YesNoQuestions {

  private final SplitFrequencies corpus;

  public YesNoQuestions(SplitFrequencies corpus) {
    this.corpus = corpus;
  }

  public List<YesNoPair> of(Scene scene, SceneRandom random) {
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
                        Text.format(
                            "Is the %s in the image \"%%s\"?",
                            word.kind() == WordKind.NUMBER ? "number" : "word"),
                        word.text(),
                        corpus.otherWord(word, random))));
    return pairs;
  }

  /** Returns POPE's question. */
  public static String presence(Thing thing) {
    return Text.format("Is there %s in the image?", Articles.a(thing.displayName()));
  }

  /**
   * Returns the pairs of a present thing and an absent one that combines the colour of one object
   * with the shape of another. A model that only sees something red and something round gets every
   * second question wrong. These pairs are only for training, where they teach a model to bind
   * colours to shapes.
   */
  public List<YesNoPair> mixed(Scene scene, SceneRandom random) {
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
            background.displayName(),
            random.pick(others).displayName()));
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
    return Text.format(
        "Is the number of %s in the image %s?", shape.plural(), NumberWords.word(count));
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
                "Is the " + object.shape().displayName() + " %s?",
                object.colour().displayName(),
                random.pick(others).displayName()));
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
    return pair(
        "side", "is the", "Is the " + object.displayName() + " in the %s half?", right, wrong);
  }

  /** In the false statement the two objects are swapped. */
  private static YesNoPair beside(SceneObject object, SceneObject other, String relation) {
    String form = "Is the %s %s the %s?";
    return new YesNoPair(
        "relation",
        "is the",
        Text.format(form, object.displayName(), relation, other.displayName()),
        Text.format(form, other.displayName(), relation, object.displayName()));
  }

  private static void bars(List<Bar> bars, SceneRandom random, List<YesNoPair> pairs) {
    Bar tallest = bars.stream().reduce((a, b) -> a.units() > b.units() ? a : b).orElseThrow();
    List<Bar> lower = bars.stream().filter(bar -> bar != tallest).toList();
    pairs.add(
        pair(
            "tallest",
            "is the",
            "Is the %s bar the tallest?",
            tallest.colour().displayName(),
            random.pick(lower).colour().displayName()));
    for (Bar bar : bars) {
      for (Bar other : bars) {
        if (bar.units() > other.units()) {
          String form = "Is the %s bar taller than the %s bar?";
          String one = bar.colour().displayName();
          String two = other.colour().displayName();
          pairs.add(
              new YesNoPair(
                  "taller", "is the", Text.format(form, one, two), Text.format(form, two, one)));
          pairs.add(sum(bar, other, random));
        }
      }
    }
  }

  /**
   * Wrong sums are those of two other random heights, so that they are distributed like right ones.
   */
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
        Text.format(
                "Is the sum of the %s bar and the %s bar ",
                bar.colour().displayName(), other.colour().displayName())
            + "%s?",
        Integer.toString(sum),
        Integer.toString(wrong));
  }

  private static YesNoPair pair(
      String form, String start, String template, String right, String wrong) {
    return new YesNoPair(form, start, Text.format(template, right), Text.format(template, wrong));
  }

  /** Indefinite articles for the nouns of questions. */
  private static final class Articles {

    private static final String VOWELS = "aeiou";

    private Articles() {}

    /** Returns {@code a red circle}, {@code an orange star}. */
    public static String a(String noun) {
      return (VOWELS.indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
    }
  }
}
